package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankLearningTest {
  @ParameterizedTest
  @CsvSource({
    "1000000, 20000, 2",
    "32000, 20000, 2",
    "31999, 20000, 3",
    "22000, 20000, 4",
    "20000, 20000, 5",
    "235, 20000, 5",
    "0, 20000, 2",
  })
  void heldOutUsersAreDealtInAsFewPartsAsLeaveEnoughToLearnFrom(
      long lists, long wanted, int parts) {
    assertThat(RankLearning.parts(lists, wanted)).isEqualTo(parts);
  }
}
