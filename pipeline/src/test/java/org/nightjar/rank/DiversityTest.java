package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.config.RankSettings.Diversity;
import org.nightjar.config.RankSettings.DiversityMethod;
import org.nightjar.table.UserContext;
import scala.jdk.javaapi.CollectionConverters;

class DiversityTest {
  private static final String[] CATEGORIES = {"tea", "tea", "tea", "cake", "cake", null};
  private static final int[] ITEMS = {0, 1, 2, 3, 4, 5};
  private static final double[] SCORES = {1.0, 0.9, 0.8, 0.7, 0.6, 0.0};

  private static org.nightjar.rank.Diversity by(DiversityMethod method) {
    return new org.nightjar.rank.Diversity(new Diversity(method, 0.5, 6, List.of()), CATEGORIES);
  }

  private static Row user(List<Integer> history, List<Long> counts) {
    StructType schema =
        new StructType()
            .add(UserContext.TABLE.schema().apply(UserContext.HISTORY))
            .add(UserContext.TABLE.schema().apply(UserContext.HISTORY_COUNTS));
    return new GenericRowWithSchema(
        new Object[] {
          history == null ? null : CollectionConverters.asScala(history).toSeq(),
          counts == null ? null : CollectionConverters.asScala(counts).toSeq()
        },
        schema);
  }

  @Test
  void marginalRelevanceByHand() {
    // λ 0.5, halves left out. First: 0, alone in front. Then 1: 0.9 − 1, 2: 0.8 − 1, 3: 0.7 − 0,
    // so 3.
    // Then, tea and cake with half of the list each, 1: 0.9 − 0.5, 4: 0.6 − 0.5, 5: 0 − 0, so 1.
    // Then 2: 0.8 − 2/3, 4: 0.6 − 1/3, 5: 0, so 4.
    assertThat(by(DiversityMethod.MMR).reorder(user(null, null), ITEMS, SCORES, 0.5, 4))
        .containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void onlyTheFirstPlacesAndThePoolAreGivenAnew() {
    assertThat(by(DiversityMethod.MMR).reorder(user(null, null), ITEMS, SCORES, 0.5, 2))
        .containsExactly(0, 3, 1, 2, 4, 5);
    org.nightjar.rank.Diversity small =
        new org.nightjar.rank.Diversity(
            new Diversity(DiversityMethod.MMR, 0.5, 3, List.of()), CATEGORIES);
    assertThat(small.reorder(user(null, null), ITEMS, SCORES, 0.5, 4))
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void calibratedListsResembleThePast() {
    // 19 of 20 events were cake: at λ 0.9 cake comes first, and tea when no cake is left.
    Row cakes = user(List.of(3, 0), List.of(19L, 1L));

    assertThat(by(DiversityMethod.CALIBRATED).reorder(cakes, ITEMS, SCORES, 0.9, 3))
        .containsExactly(3, 4, 0, 1, 2, 5);
    // KL of tea alone: 0.05·ln(0.05/0.9905) + 0.95·ln(0.95/0.0095) = 4.23; of cake alone:
    // 0.05·ln(0.05/0.0005) + 0.95·ln(0.95/0.9995) = 0.18. With λ 0.05 the scores count more:
    // 0.95 · 1 − 0.05 · 4.23 = 0.74 against 0.95 · 0.7 − 0.05 · 0.18 = 0.66.
    assertThat(by(DiversityMethod.CALIBRATED).reorder(cakes, ITEMS, SCORES, 0.05, 1))
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void withoutStrengthMethodOrPastTheOrderStays() {
    int[] asItWas = {0, 1, 2, 3, 4, 5};
    Row cakes = user(List.of(3), List.of(9L));

    assertThat(by(DiversityMethod.CALIBRATED).reorder(cakes, ITEMS, SCORES, 0, 4))
        .containsExactly(asItWas);
    assertThat(by(DiversityMethod.NONE).reorder(cakes, ITEMS, SCORES, 1, 4))
        .containsExactly(asItWas);
    assertThat(by(DiversityMethod.CALIBRATED).reorder(user(null, null), ITEMS, SCORES, 1, 4))
        .containsExactly(asItWas);
    assertThat(
            by(DiversityMethod.CALIBRATED)
                .reorder(user(List.of(5), List.of(2L)), ITEMS, SCORES, 1, 4))
        .containsExactly(asItWas);
  }
}
