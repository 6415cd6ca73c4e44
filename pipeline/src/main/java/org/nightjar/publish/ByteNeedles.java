package org.nightjar.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks for any of many texts, in UTF-8, in a stream of bytes. At every place the next eight bytes
 * are looked up among the beginnings of the texts, and only where they are known the whole texts
 * are compared; so the time hardly depends on how many texts there are.
 *
 * <p>Texts of fewer than {@value #MIN_BYTES} bytes are not looked for: in compressed files they
 * occur by chance.
 */
final class ByteNeedles implements Serializable {
  /** Shorter texts are left out. */
  static final int MIN_BYTES = 8;

  private static final long serialVersionUID = 1;
  private static final int BUFFER = 1 << 20;
  private static final int SIEVE_BITS = 20;

  private final Set<Long> beginnings = new HashSet<>();

  /**
   * By a few bits of the beginning, whether there may be such a one: spares the set nearly always.
   */
  private final boolean[] sieve = new boolean[1 << SIEVE_BITS];

  /** The texts, each byte one character. */
  private final Set<String> needles = new HashSet<>();

  private final int[] lengths;
  private final int longest;

  ByteNeedles(Collection<String> texts) {
    Set<Integer> found = new HashSet<>();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length >= MIN_BYTES) {
        long beginning = ByteBuffer.wrap(bytes).getLong();
        beginnings.add(beginning);
        sieve[bits(beginning)] = true;
        needles.add(new String(bytes, StandardCharsets.ISO_8859_1));
        found.add(bytes.length);
      }
    }
    lengths = found.stream().mapToInt(Integer::intValue).sorted().toArray();
    longest = lengths.length == 0 ? MIN_BYTES : lengths[lengths.length - 1];
  }

  /** Whether one of them occurs; reads to the end or to the first find. */
  boolean occurIn(InputStream in) throws IOException {
    byte[] buffer = new byte[Math.max(BUFFER, 2 * longest)];
    int held = 0;
    while (true) {
      int end = held + in.readNBytes(buffer, held, buffer.length - held);
      if (occurIn(buffer, end)) {
        return true;
      }
      if (end < buffer.length) {
        return false;
      }
      held = longest - 1; // what may begin here and end in what comes next
      System.arraycopy(buffer, end - held, buffer, 0, held);
    }
  }

  /** Whether one of them occurs in a text. */
  boolean occurIn(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return occurIn(bytes, bytes.length);
  }

  private boolean occurIn(byte[] bytes, int end) {
    ByteBuffer view = ByteBuffer.wrap(bytes);
    for (int at = 0; at + MIN_BYTES <= end; at++) {
      long next = view.getLong(at);
      if (sieve[bits(next)] && beginnings.contains(next) && matches(bytes, at, end)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(byte[] bytes, int at, int end) {
    for (int length : lengths) {
      if (at + length <= end
          && needles.contains(new String(bytes, at, length, StandardCharsets.ISO_8859_1))) {
        return true;
      }
    }
    return false;
  }

  private static int bits(long beginning) {
    return (int) ((beginning * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - SIEVE_BITS));
  }
}
