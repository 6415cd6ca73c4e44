package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.junit.jupiter.api.Test;
import org.nightjar.config.RankSettings.Normalisation;
import org.nightjar.table.Candidates;
import scala.jdk.javaapi.CollectionConverters;

class CandidateSetTest extends RankTest {
  private static final List<String> MODELS = List.of("a", "b");

  private static CandidateSet set(Normalisation normalisation, Float[] ofA, Float[] ofB) {
    Row user =
        gathered(
                MODELS,
                new long[0],
                proposal(0, "a", items(5, 2), ofA),
                proposal(0, "b", items(2, 7, 9, 1), ofB))
            .head();
    return CandidateSet.of(user, MODELS.size(), normalisation, 4);
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
  void aListIsTheModelsBestOfWhatItKnows() {
    CandidateSet set = set(Normalisation.MIN_MAX, scores(4, 1), scores(2, 8, 8, 2));

    assertThat(set.listed(1)).as("ties by item").containsExactly(7, 9, 1, 2);
    assertThat(CandidateSet.of(row(set), 2, Normalisation.MIN_MAX, 2).listed(1))
        .containsExactly(7, 9);
  }

  @Test
  void whatIsBelowTheOwnListCountsNothing() {
    CandidateSet set =
        CandidateSet.of(
            row(set(Normalisation.MIN_MAX, scores(4, 1), scores(10, 8, 4, 2))),
            2,
            Normalisation.MIN_MAX,
            3);

    // b's list ends with 9, so its low is 4.
    assertThat(set.scores()[1]).containsExactly(0, 1, 0, 4 / 6f, 0);
    assertThat(set.raw()[1]).containsExactly(2, 10, Float.NaN, 8, 4);
  }

  @Test
  void noCandidatesAreAnEmptySet() {
    CandidateSet set =
        CandidateSet.of(
            new GenericRowWithSchema(new Object[] {null, null}, Candidates.OF_ALL_MODELS),
            2,
            Normalisation.MIN_MAX,
            4);

    assertThat(set.items()).isEmpty();
    assertThat(set.scores()).hasDimensions(2, 0);
    assertThat(set.listed(1)).isEmpty();
  }

  /** The row that the set was made of. */
  private static Row row(CandidateSet set) {
    List<Float> scores = new ArrayList<>();
    for (float[] ofModel : set.raw()) {
      for (float score : ofModel) {
        scores.add(score);
      }
    }
    return new GenericRowWithSchema(
        new Object[] {
          CollectionConverters.asScala(Arrays.stream(set.items()).boxed().toList()).toSeq(),
          CollectionConverters.asScala(scores).toSeq()
        },
        Candidates.OF_ALL_MODELS);
  }
}
