package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdShapeTest {
  @Test
  void tellsHowAnIdIsWrittenButNotWhose() {
    assertThat(IdShape.of("00042")).isEqualTo("00000");
    assertThat(IdShape.of("42.0")).isEqualTo("00.0");
    assertThat(IdShape.of(" Zoë_7@shop")).isEqualTo(" Aaa_0@aaaa");
    assertThat(IdShape.of("")).isEmpty();
    assertThat(IdShape.of("x".repeat(41))).isEqualTo("a".repeat(40) + "…");
  }
}
