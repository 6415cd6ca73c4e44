package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SequenceTest extends NeighbourModelTest {
  private static final int BASKETS = 3;
  private static final double DECAY = 0.6;
  private static final double SHRINKAGE = 1.5;
  private static final Sequence MODEL =
      new Sequence(
          BASKETS, DECAY, SHRINKAGE, PER_ITEM, HALF_LIFE_DAYS, TYPE_WEIGHTS, LARGEST_HISTORY);

  static List<Case> cases() {
    return List.of(new Case("sequence", MODEL, new Chain()));
  }

  @Override
  CandidateModel model() {
    return MODEL;
  }

  private static final class Chain implements Twin {
    @Override
    public double[][] similarities(List<Happened> events) {
      double[] followed = new double[ITEMS];
      double[][] chances = new double[ITEMS][ITEMS];
      for (List<Basket> baskets : baskets(events, HALF_LIFE_DAYS, LARGEST_HISTORY).values()) {
        for (int at = 0; at + 1 < baskets.size(); at++) {
          Map<Integer, Double> next = baskets.get(at + 1).weights();
          baskets
              .get(at)
              .weights()
              .forEach(
                  (j, weight) -> {
                    followed[j] += weight;
                    next.forEach((i, other) -> chances[j][i] += Math.min(weight, other));
                  });
        }
      }
      for (int j = 0; j < ITEMS; j++) {
        for (int i = 0; i < ITEMS; i++) {
          chances[j][i] /= followed[j] + SHRINKAGE;
        }
      }
      return chances;
    }

    @Override
    public Map<Integer, Map<Integer, Double>> weights(List<Happened> events) {
      Map<Integer, Map<Integer, Double>> weights = new TreeMap<>();
      baskets(events, HALF_LIFE_DAYS, LARGEST_HISTORY)
          .forEach(
              (user, baskets) -> {
                Map<Integer, Double> state = new TreeMap<>();
                for (int back = 0; back < Math.min(BASKETS, baskets.size()); back++) {
                  Map<Integer, Double> basket = baskets.get(baskets.size() - 1 - back).weights();
                  double vote =
                      Math.pow(DECAY, back) / basket.values().stream().mapToDouble(w -> w).sum();
                  basket.forEach((item, weight) -> state.merge(item, weight * vote, Double::sum));
                }
                weights.put(user, heaviest(state));
              });
      return weights;
    }

    private static Map<Integer, Double> heaviest(Map<Integer, Double> state) {
      Map<Integer, Double> heaviest = new TreeMap<>();
      state.entrySet().stream()
          .sorted((a, b) -> Float.compare(b.getValue().floatValue(), a.getValue().floatValue()))
          .limit(LARGEST_HISTORY)
          .forEach(entry -> heaviest.put(entry.getKey(), entry.getValue()));
      return heaviest;
    }
  }

  private static Happened took(int user, int item, double daysAgo, String order) {
    return new Happened(user, item, "purchase", daysAgo, order);
  }

  private static FittedModel fitted(double decay) {
    // User 0: {0}, then {1, 2}, then {3}. User 1: {0}, then {1}. User 2: {1}, all one order.
    return new Sequence(2, decay, 0, 9, 0, Map.of(), 9)
        .fit(
            on(
                List.of(
                    took(0, 0, 9, null),
                    took(0, 1, 8.5, "a"),
                    took(0, 2, 8.4, "a"),
                    took(0, 3, 2, null),
                    took(1, 0, 5, null),
                    took(1, 1, 4, null),
                    took(2, 1, 9, "b"),
                    took(2, 1, 5, "b")),
                5));
  }

  @Test
  void chancesByHand() {
    var found = neighbours(fitted(0.5));
    // 0 was followed twice: by {1, 2} and by {1}. 1 once, by {3}; user 1's 1 was the last.
    assertThat(found.get(1)).containsExactly(Map.entry(0, 1f));
    assertThat(found.get(2)).containsExactly(Map.entry(0, 0.5f));
    assertThat(found.get(3)).containsExactly(Map.entry(1, 1f), Map.entry(2, 1f));
    assertThat(found).doesNotContainKey(0);
  }

  @Test
  void earlierBasketsAreFallenBackOn() {
    // User 0's last is {3}, which nothing follows; before it {1, 2} with half a vote each, fading.
    Request request = request(5, 5, asks(0, null), asks(2, null));
    var proposed = fitted(0.5).propose(request);
    assertThat(items(proposed)).containsOnly(Map.entry(0, List.of(3)), Map.entry(2, List.of(3)));
    assertThat((double) scores(proposed).get(0).get(0)).isCloseTo(0.5, within(1e-7));
    assertThat((double) scores(proposed).get(2).get(0)).isCloseTo(1, within(1e-7));

    assertThat(items(fitted(0).propose(request))).containsOnly(Map.entry(2, List.of(3)));
  }

  @Test
  void withoutTimesThereIsNoOrder() {
    List<Row> rows = new ArrayList<>();
    for (int item = 0; item < 3; item++) {
      rows.add(row(0, item, "purchase", null, null, "order " + item));
    }
    FittedModel fitted =
        MODEL.fit(
            training(profiles(), 3, spark.createDataFrame(rows, happened(List.of()).schema())));

    assertThat(items(fitted.propose(request(3, 3, asks(0, null))))).isEmpty();
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> new Sequence(0, 1, 0, 9, 0, Map.of(), 9))
        .hasMessageContaining("baskets is 0");
    assertThatThrownBy(() -> new Sequence(1, 1.5, 0, 9, 0, Map.of(), 9))
        .hasMessageContaining("decay is 1.5");
  }
}
