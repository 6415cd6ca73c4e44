package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.nightjar.InputException;
import org.nightjar.models.ItemKnn.Similarity;

class ItemKnnTest extends NeighbourModelTest {

  static List<Case> cases() {
    return List.of(
        of(Similarity.COSINE, Strength.LOG, HALF_LIFE_DAYS),
        of(Similarity.JACCARD, Strength.LINEAR, HALF_LIFE_DAYS),
        of(Similarity.LOG_LIKELIHOOD, Strength.LOG, 0));
  }

  @Override
  CandidateModel model() {
    return cases().get(0).model();
  }

  private static Case of(Similarity similarity, Strength strength, double halfLifeDays) {
    double shrinkage = 2;
    return new Case(
        similarity.name(),
        new ItemKnn(
            similarity, PER_ITEM, shrinkage, strength, halfLifeDays, TYPE_WEIGHTS, LARGEST_HISTORY),
        new Twin() {
          @Override
          public Map<Integer, Map<Integer, Double>> weights(List<Happened> events) {
            return histories(events, halfLifeDays, strength, LARGEST_HISTORY);
          }

          @Override
          public double[][] similarities(List<Happened> events) {
            var histories = weights(events).values();
            double[][] together = together(histories, sharing(similarity));
            double[][] similarities = new double[ITEMS][ITEMS];
            for (int j = 0; j < ITEMS; j++) {
              for (int i = 0; i < ITEMS; i++) {
                double both = together[j][i];
                double first = together[j][j];
                double second = together[i][i];
                similarities[j][i] =
                    switch (similarity) {
                      case COSINE -> both / (Math.sqrt(first * second) + shrinkage);
                      case JACCARD -> both / (first + second - both + shrinkage);
                      case LOG_LIKELIHOOD -> {
                        double ratio = ratio(both, first, second, histories.size());
                        yield both * histories.size() > first * second
                            ? ratio / (ratio + shrinkage)
                            : 0;
                      }
                    };
              }
            }
            return similarities;
          }
        });
  }

  private static DoubleBinaryOperator sharing(Similarity similarity) {
    return switch (similarity) {
      case COSINE -> (a, b) -> a * b;
      case JACCARD -> Math::min;
      case LOG_LIKELIHOOD -> (a, b) -> 1;
    };
  }

  /** 2 Σ observed · ln(observed / expected), cell by cell. */
  private static double ratio(double both, double first, double second, double all) {
    double[][] observed = {
      {both, first - both}, {second - both, all - first - second + both},
    };
    double[] rows = {first, all - first};
    double[] columns = {second, all - second};
    double sum = 0;
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < 2; c++) {
        if (observed[r][c] > 0) {
          sum += observed[r][c] * Math.log(observed[r][c] * all / (rows[r] * columns[c]));
        }
      }
    }
    return 2 * sum;
  }

  /** Four users: {0, 1, 2}, {0, 1}, {0, 3}, {2}. */
  private static FittedModel fitted(Similarity similarity, double shrinkage) {
    return new ItemKnn(similarity, 9, shrinkage, Strength.BINARY, 0, Map.of(), 9)
        .fit(
            training(
                5,
                bought(0, 0, 1),
                bought(0, 1, 1),
                bought(0, 2, 1),
                bought(1, 0, 1),
                bought(1, 1, 5),
                bought(2, 0, 1),
                bought(2, 3, 1),
                bought(3, 2, 1)));
  }

  @Test
  void cosineByHand() {
    FittedModel model = fitted(Similarity.COSINE, 1);
    // Buyers: 3, 2, 2, 1. Together: 0 and 1 twice, 0 and 2, 1 and 2, 0 and 3 once.
    assertThat(neighbours(model).get(0))
        .containsExactly(
            Map.entry(1, (float) (2 / (Math.sqrt(6) + 1))),
            Map.entry(3, (float) (1 / (Math.sqrt(3) + 1))),
            Map.entry(2, (float) (1 / (Math.sqrt(6) + 1))));
    assertThat(neighbours(model).get(2).keySet()).containsExactly(1, 0);
    assertThat(neighbours(model)).doesNotContainKey(4);
    assertThat(sorted(model.similarItems().orElseThrow()))
        .isEqualTo(sorted(model.tables().get(FittedNeighbours.NEIGHBOURS)));

    // User 3 has item 2 alone: 1 at 1 / (2 + 1), then 0.
    var proposed = model.propose(request(5, 5, asks(3, null), asks(4, null)));
    assertThat(items(proposed)).containsOnly(Map.entry(3, List.of(1, 0)));
    assertThat(scores(proposed).get(3).get(0)).isCloseTo(1 / 3f, within(1e-6f));
  }

  @Test
  void jaccardByHand() {
    assertThat(neighbours(fitted(Similarity.JACCARD, 0)).get(0))
        .containsExactly(Map.entry(1, 2 / 3f), Map.entry(3, 1 / 3f), Map.entry(2, 1 / 4f));
  }

  @Test
  void itemsTogetherNoMoreOftenThanByChanceAreNotAlike() {
    // 0 and 2: once together, 3 · 2 / 4 = 1.5 expected. 1 and 2: 1 of 1 expected. 0 and 3: 1 of
    // 0.75.
    var found = neighbours(fitted(Similarity.LOG_LIKELIHOOD, 1));
    assertThat(found.get(0).keySet()).containsExactly(1, 3);
    assertThat(found).doesNotContainKey(2);
    // Of 0 and 1: observed 2, 1, 0, 1; expected 1.5, 1.5, 0.5, 0.5.
    double ratio = 2 * (2 * Math.log(2 / 1.5) + Math.log(1 / 1.5) + Math.log(1 / 0.5));
    assertThat((double) found.get(0).get(1)).isCloseTo(ratio / (ratio + 1), within(1e-6));
  }

  @Test
  void excludedAndIneligibleItemsAreNeverProposed() {
    Request request = request(5, 5, asks(0, null, 0, 1), asks(1, null, 0));
    request.eligible().clear(3);

    assertThat(items(fitted(Similarity.COSINE, 1).propose(request)))
        .containsOnly(Map.entry(0, List.of(2)), Map.entry(1, List.of(2, 1)));
  }

  @Test
  void busyItemsAreCountedInAShareOfTheirUsers() {
    List<Row> events = new ArrayList<>();
    for (int user = 0; user < 3000; user++) {
      events.add(bought(user, 0, 1));
      events.add(bought(user, user % 3 == 0 ? 1 : 2, 1));
    }
    ItemKnn model = new ItemKnn(Similarity.COSINE, 9, 0, Strength.BINARY, 0, Map.of(), 9);
    Training training = training(profiles(), 3, events(events));

    // 1000 / √(3000 · 1000); of item 0's users about 600 count, so of the pair's about 200.
    assertThat((double) neighbours(model.fit(training)).get(0).get(1))
        .isCloseTo(Math.sqrt(1 / 3.0), within(1e-6));
    assertThat((double) neighbours(model.fit(training, 600)).get(0).get(1))
        .isCloseTo(Math.sqrt(1 / 3.0), within(0.15))
        .isNotEqualTo(Math.sqrt(1 / 3.0));
  }

  @Test
  void reasons() {
    var explainer = fitted(Similarity.COSINE, 1).explainer();

    assertThat(explainer.reason(explained(null, Map.of(2, 1L, 0, 5L)), 1, NAMES))
        .isEqualTo("Because you bought tea");
    assertThat(explainer.reason(explained(null, Map.of(3, 1L)), 1, NAMES))
        .isEqualTo("Goes with what you bought");
    assertThat(explainer.reason(explainedWithoutEvents(null), 1, NAMES))
        .isEqualTo("Goes with what you bought");
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> fitted(Similarity.LOG_LIKELIHOOD, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("shrinkage is 0.0 but must be > 0");
    assertThatThrownBy(() -> new ItemKnn(Similarity.COSINE, 0, 1, Strength.BINARY, 0, Map.of(), 9))
        .hasMessageContaining("neighbours is 0");
    assertThatThrownBy(
            () -> new ItemKnn(Similarity.COSINE, 1, 1, Strength.BINARY, 0, Map.of(), 2001))
        .hasMessageContaining("maxHistory is 2001");
  }
}
