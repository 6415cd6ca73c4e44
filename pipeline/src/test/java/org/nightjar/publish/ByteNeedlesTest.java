package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteNeedlesTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final ByteNeedles NEEDLES =
      new ByteNeedles(List.of("customer-17", "customer-170", "größe-4711", "u1"));

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        MEBIBYTE - 12,
        MEBIBYTE - 11,
        MEBIBYTE - 5,
        MEBIBYTE - 1,
        MEBIBYTE,
        2 * MEBIBYTE - 17
      })
  void findsATextWhereverItLies(int at) throws IOException {
    assertThat(NEEDLES.occurIn(bytes("customer-17", at, 3 * MEBIBYTE))).isTrue();
    assertThat(NEEDLES.occurIn(bytes("customer-18", at, 3 * MEBIBYTE))).isFalse();
    assertThat(NEEDLES.occurIn(bytes("größe-4711", at, at + 12))).isTrue();
  }

  @Test
  void shortTextsAreNotLookedFor() {
    assertThat(NEEDLES.occurIn("u1 u1")).isFalse();
    assertThat(NEEDLES.occurIn("customer-1")).isFalse();
    assertThat(NEEDLES.occurIn("a customer-17")).isTrue();
    assertThat(new ByteNeedles(List.of()).occurIn("customer-17")).isFalse();
  }

  private static ByteArrayInputStream bytes(String text, int at, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'c');
    byte[] needle = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(needle, 0, bytes, at, needle.length);
    return new ByteArrayInputStream(bytes);
  }
}
