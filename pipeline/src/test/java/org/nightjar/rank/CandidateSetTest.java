package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nightjar.config.RankSettings.Normalisation;

class CandidateSetTest extends RankTest {
  private static final List<String> MODELS = List.of("a", "b");

  private static CandidateSet set(Normalisation normalisation, Float[] ofA, Float[] ofB) {
    return CandidateSet.of(
        candidates(
                proposal(0, "a", items(5, 2), ofA),
                proposal(0, "b", items(2, 7, 9, 1), ofB),
                proposal(0, "unknown", items(3), scores(1)))
            .collectAsList(),
        MODELS,
        normalisation,
        4);
  }

  @Test
  void minMaxIsOverTheOwnListAndFromZeroWhereItIsShort() {
    CandidateSet set = set(Normalisation.MIN_MAX, scores(4, 1), scores(10, 8, 4, 2));

    assertThat(set.items()).containsExactly(1, 2, 5, 7, 9);
    // a is short of four: low is 0. b: (s − 2) / 8.
    assertThat(set.scores()[0]).containsExactly(0, 0.25f, 1, 0, 0);
    assertThat(set.scores()[1]).containsExactly(0, 1, 0, 0.75f, 0.25f);
    assertThat(set.listed(0)).containsExactly(5, 2);
    assertThat(set.listed(1)).containsExactly(2, 7, 9, 1);
  }

  @Test
  void shortListsWithNegativeScoresKeepTheirLow() {
    CandidateSet set = set(Normalisation.MIN_MAX, scores(3, -1), scores(1, 1, 1, 1));

    assertThat(set.scores()[0]).containsExactly(0, 0, 1, 0, 0);
    assertThat(set.scores()[1]).as("no range: all alike").containsExactly(1, 1, 0, 1, 1);
  }

  @Test
  void ranksFallEvenly() {
    CandidateSet set = set(Normalisation.RANK, scores(4, 1), scores(10, 8, 4, 2));

    assertThat(set.scores()[0]).containsExactly(0, 0.75f, 1, 0, 0);
    assertThat(set.scores()[1]).containsExactly(0.25f, 1, 0, 0.75f, 0.5f);
  }

  @Test
  void noCandidatesAreAnEmptySet() {
    CandidateSet set = CandidateSet.of(List.of(), MODELS, Normalisation.MIN_MAX, 4);

    assertThat(set.items()).isEmpty();
    assertThat(set.scores()).hasDimensions(2, 0);
    assertThat(set.listed(1)).isEmpty();
  }
}
