package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nightjar.InputException;

/** Expected hashes: Python's hmac over {@code purpose + "\0" + id} with the key as bytes. */
class PrivacyKeyTest {
  private static final PrivacyKey KEY = PrivacyKey.from(name -> "0123456789abcdef").orElseThrow();

  @Test
  void hashesAreHmacSha256ByPurpose() {
    assertThat(KEY.pseudonym("ann")).isEqualTo("9e37dc63e1c641ecf13c4c67592a0956");
    assertThat(KEY.suppressed("ann"))
        .isEqualTo("c3cb1a706526738f2db4286df498d026bed514582ac6a7fbe9b7bf9dd201a566");
    assertThat(KEY.fingerprint()).isEqualTo("fa164719");
    assertThat(KEY.pseudonym(" ann ")).isEqualTo(KEY.pseudonym("ann"));
    assertThat(KEY.pseudonym(null)).isNull();
    assertThat(KEY.suppressed(null)).isNull();
  }

  @Test
  void anotherKeyGivesOtherHashes() {
    PrivacyKey other = PrivacyKey.from(name -> "0123456789abcdeg").orElseThrow();
    assertThat(other.pseudonym("ann")).isNotEqualTo(KEY.pseudonym("ann"));
    assertThat(other.fingerprint()).isNotEqualTo(KEY.fingerprint());
  }

  @Test
  void theKeyComesFromTheEnvironmentAndIsNeverShown() {
    assertThat(PrivacyKey.from(name -> null)).isEmpty();
    assertThat(PrivacyKey.from(name -> " ")).isEmpty();
    assertThatThrownBy(() -> PrivacyKey.from(name -> "short"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("NIGHTJAR_PRIVACY_KEY")
        .hasMessageNotContaining("short");
    assertThat(KEY.toString()).doesNotContain("0123");
  }
}
