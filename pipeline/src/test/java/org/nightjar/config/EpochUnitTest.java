package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.nightjar.Elapsed;

class EpochUnitTest {
  @Test
  void guessesTheUnitOfATime() {
    assertThat(EpochUnit.guess("1758000000")).contains(EpochUnit.SECONDS);
    assertThat(EpochUnit.guess("1758000000123")).contains(EpochUnit.MILLIS);
    assertThat(EpochUnit.guess("1758000000123456")).contains(EpochUnit.MICROS);
    assertThat(EpochUnit.guess("1758000000123456789")).contains(EpochUnit.NANOS);
    assertThat(EpochUnit.guess("1.758E12")).contains(EpochUnit.MILLIS);
    assertThat(EpochUnit.guess("20240101")).isEmpty();
    assertThat(EpochUnit.guess("2024-01-01")).isEmpty();
    assertThat(EpochUnit.guess("0")).isEmpty();
    assertThat(EpochUnit.guess(null)).isEmpty();
    assertThat(EpochUnit.of("epoch-micros")).contains(EpochUnit.MICROS);
    assertThat(EpochUnit.of("yyyy-MM-dd")).isEmpty();
  }

  /** On Java 17 ChronoUnit.MICROS.between throws from 2262 on. */
  @Test
  void microsecondsNeverOverflow() {
    assertThat(Elapsed.micros(Instant.parse("9999-12-31T23:59:59.000001Z")))
        .isEqualTo(253_402_300_799_000_001L);
    assertThat(Elapsed.micros(Instant.parse("0001-01-01T00:00:00Z")))
        .isEqualTo(-62_135_596_800_000_000L);
    assertThat(Elapsed.micros(Instant.EPOCH.minusNanos(1_000))).isEqualTo(-1);
    assertThat(Elapsed.micros(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    assertThat(Elapsed.micros(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
  }
}
