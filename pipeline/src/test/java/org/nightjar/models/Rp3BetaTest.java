package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class Rp3BetaTest extends NeighbourModelTest {
  private static final double ALPHA = 0.8;
  private static final double BETA = 0.4;
  private static final double SHRINKAGE = 3;
  private static final Rp3Beta MODEL =
      new Rp3Beta(
          ALPHA,
          BETA,
          SHRINKAGE,
          PER_ITEM,
          Strength.LOG,
          HALF_LIFE_DAYS,
          TYPE_WEIGHTS,
          LARGEST_HISTORY);

  static List<Case> cases() {
    return List.of(new Case("rp3beta", MODEL, new Walks()));
  }

  @Override
  CandidateModel model() {
    return MODEL;
  }

  /** Steps from user to item and back, each a matrix of chances. */
  private static final class Walks implements Twin {
    private static Map<Integer, Map<Integer, Double>> pairs(List<Happened> events) {
      return histories(events, HALF_LIFE_DAYS, Strength.LOG, LARGEST_HISTORY);
    }

    @Override
    public Map<Integer, Map<Integer, Double>> weights(List<Happened> events) {
      Map<Integer, Map<Integer, Double>> chances = new TreeMap<>();
      pairs(events)
          .forEach(
              (user, history) -> {
                double total = history.values().stream().mapToDouble(w -> w).sum();
                Map<Integer, Double> ofUser = new TreeMap<>();
                history.forEach((item, w) -> ofUser.put(item, Math.pow(w / total, ALPHA)));
                chances.put(user, ofUser);
              });
      return chances;
    }

    @Override
    public double[][] similarities(List<Happened> events) {
      Map<Integer, Map<Integer, Double>> fromUser = weights(events);
      Map<Integer, Map<Integer, Double>> pairs = pairs(events);
      double[] totals = new double[ITEMS];
      pairs.values().forEach(history -> history.forEach((item, w) -> totals[item] += w));
      double[][] walks = new double[ITEMS][ITEMS];
      pairs.forEach(
          (user, history) ->
              history.forEach(
                  (j, w) ->
                      fromUser
                          .get(user)
                          .forEach(
                              (i, step) -> walks[j][i] += Math.pow(w / totals[j], ALPHA) * step)));
      for (double[] row : walks) {
        for (int i = 0; i < ITEMS; i++) {
          row[i] /= Math.pow(totals[i] + SHRINKAGE, BETA);
        }
      }
      return walks;
    }
  }

  @Test
  void walksByHand() {
    // Users: {0, 1}, {0, 1, 2}, {0}.
    FittedModel fitted =
        new Rp3Beta(1, 0.5, 2, 9, Strength.BINARY, 0, Map.of(), 9)
            .fit(
                training(
                    4,
                    bought(0, 0, 1),
                    bought(0, 1, 1),
                    bought(1, 0, 1),
                    bought(1, 1, 1),
                    bought(1, 2, 1),
                    bought(2, 0, 1)));

    // From 0 to user 0 or 1 by 1/3 each, on to 1 by 1/2 or 1/3; 1 has two buyers, 2 has one,
    // and two more are imagined of each.
    double toOne = (1 / 3.0) * (1 / 2.0 + 1 / 3.0) / Math.sqrt(2 + 2);
    double toTwo = (1 / 3.0) * (1 / 3.0) / Math.sqrt(1 + 2);
    var found = neighbours(fitted);
    assertThat(found.get(1).keySet()).containsExactly(2, 0);
    assertThat(found.get(2).keySet()).containsExactly(1, 0);
    assertThat((double) found.get(1).get(0)).isCloseTo(toOne, within(1e-7));
    assertThat((double) found.get(2).get(0)).isCloseTo(toTwo, within(1e-7));
    assertThat(fitted.similarItems()).isEmpty();
    // User 0 steps to 0 or to 1 by 1/2 each; from 1, item 2 is reached by 1/2 · 1/3 / √3.
    var proposed = fitted.propose(request(4, 4, asks(0, null, 0, 1), asks(3, null)));
    assertThat(items(proposed)).containsOnly(Map.entry(0, List.of(2)));
    assertThat((double) scores(proposed).get(0).get(0))
        .isCloseTo(toTwo / 2 + (1 / 2.0) * (1 / 3.0) / Math.sqrt(1 + 2) / 2, within(1e-7));
  }
}
