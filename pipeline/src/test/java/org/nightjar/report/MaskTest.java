package org.nightjar.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskTest {
  @Test
  void isTheBeginningOfTheKeyedHash() {
    // HMAC-SHA-256 of RFC 4231, test case 2.
    assertThat(new Mask("Jefe").of("what do ya want for nothing?")).isEqualTo("5bdcc146bf");
  }

  @Test
  void dependsOnTheKeyAndHidesIt() {
    assertThat(new Mask("a").of("42")).isNotEqualTo(new Mask("b").of("42"));
    assertThat(new Mask("secret").toString()).doesNotContain("secret");
  }
}
