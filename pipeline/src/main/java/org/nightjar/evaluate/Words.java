package org.nightjar.evaluate;

import java.nio.ByteBuffer;

/** Arrays of long as bytes, the form in which partial sums travel between executors. */
final class Words {
  private Words() {}

  static byte[] toBytes(long[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
    bytes.asLongBuffer().put(words);
    return bytes.array();
  }

  static long[] of(byte[] bytes) {
    long[] words = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(words);
    return words;
  }
}
