package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlsoBoughtTest extends NeighbourModelTest {
  private static final double SHRINKAGE = 0.7;
  private static final AlsoBought MODEL =
      new AlsoBought(
          SHRINKAGE, PER_ITEM, Strength.LOG, HALF_LIFE_DAYS, TYPE_WEIGHTS, LARGEST_HISTORY);

  static List<Case> cases() {
    return List.of(new Case("also-bought", MODEL, new Lift()));
  }

  @Override
  CandidateModel model() {
    return MODEL;
  }

  private static final class Lift implements Twin {
    @Override
    public double[][] similarities(List<Happened> events) {
      List<Map<Integer, Double>> all =
          baskets(events, HALF_LIFE_DAYS, LARGEST_HISTORY).values().stream()
              .flatMap(List::stream)
              .map(Basket::weights)
              .toList();
      double[][] together = together(all, Math::min);
      double total =
          all.stream()
              .mapToDouble(
                  basket -> basket.values().stream().mapToDouble(w -> w).max().orElseThrow())
              .sum();
      double[][] lift = new double[ITEMS][ITEMS];
      for (int j = 0; j < ITEMS; j++) {
        for (int i = 0; i < ITEMS; i++) {
          double byChance = together[i][i] * together[j][j] / total;
          lift[j][i] = together[j][i] / (byChance + SHRINKAGE);
        }
      }
      return lift;
    }

    @Override
    public Map<Integer, Map<Integer, Double>> weights(List<Happened> events) {
      return histories(events, HALF_LIFE_DAYS, Strength.LOG, LARGEST_HISTORY);
    }
  }

  private static Happened took(int user, int item, double daysAgo, String order) {
    return new Happened(user, item, "purchase", daysAgo, order);
  }

  @Test
  void liftByHand() {
    // Baskets: user 0's order {0, 1} over two days, {0, 1} of user 1's day, {0, 2}, {3}.
    FittedModel fitted =
        new AlsoBought(0, 9, Strength.BINARY, 0, Map.of(), 9)
            .fit(
                on(
                    List.of(
                        took(0, 0, 9.5, "a"),
                        took(0, 1, 8, "a"),
                        took(1, 0, 5.5, null),
                        took(1, 1, 5.25, null),
                        took(1, 1, 5.25, null),
                        took(1, 0, 2.5, null),
                        took(1, 2, 2.5, null),
                        took(2, 3, 2.5, null)),
                    5));

    // Of 4 baskets 0 is in 3, 1 in 2, 2 and 3 in 1. Lift of 0 and 1: 2 · 4 / (3 · 2), of 0 and 2: 4
    // / 3.
    var found = neighbours(fitted);
    assertThat(found.get(0)).containsExactly(Map.entry(1, 4 / 3f), Map.entry(2, 4 / 3f));
    assertThat(found.get(1)).containsExactly(Map.entry(0, 4 / 3f));
    assertThat(found).doesNotContainKey(3);
    // User 1 has 0, 1 and 2; 0 is spoken for twice.
    var proposed = fitted.propose(request(5, 5, asks(1, null), asks(2, null)));
    assertThat(items(proposed)).containsOnly(Map.entry(1, List.of(0, 1, 2)));
    assertThat((double) scores(proposed).get(1).get(0)).isCloseTo(8 / 3.0, within(1e-6));
  }
}
