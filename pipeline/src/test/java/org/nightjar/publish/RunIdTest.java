package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.nightjar.InputException;

class RunIdTest {
  @Test
  void sortsByTimeAndEndsWithTheFingerprint() {
    assertThat(RunId.of(Instant.parse("2017-12-01T02:00:00.9Z"), "3f9c2ad4e5"))
        .isEqualTo("20171201T020000Z-3f9c2a");
    assertThat(RunId.of(Instant.parse("2017-12-01T02:00:00Z"), "ffffff"))
        .isLessThan(RunId.of(Instant.parse("2018-01-01T00:00:00Z"), "000000"));
  }

  @Test
  void refusesWhatIsNoFingerprint() {
    assertThatThrownBy(() -> RunId.of(Instant.EPOCH, "3f9"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'3f9'");
  }

  @Test
  void aNameThatLeavesTheFolderIsNotSafe() {
    assertThat(RunId.isSafe("20171201T020000Z-3f9c2a")).isTrue();
    assertThat(RunId.isSafe("../work")).isFalse();
    assertThat(RunId.isSafe("")).isFalse();
    assertThat(RunId.isSafe("a/b")).isFalse();
    assertThat(RunId.isSafe("-x")).isFalse();
  }
}
