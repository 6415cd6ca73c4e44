package org.nightjar.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hand arithmetic, and agreement with a slow twin written from the definitions. */
class MetricTest {
  /** Places 2 and 4 of five are hits; truth has three items. */
  private static final boolean[] HITS = {false, true, false, true, false};

  private static double at(Metric metric, int k) {
    return metric.at(k, HITS, 3);
  }

  @Test
  void precisionDividesByK() {
    assertThat(at(Metric.PRECISION, 5)).isEqualTo(2.0 / 5);
    assertThat(at(Metric.PRECISION, 2)).isEqualTo(1.0 / 2);
    assertThat(at(Metric.PRECISION, 10)).as("a list shorter than k").isEqualTo(2.0 / 10);
  }

  @Test
  void recallDividesByTruth() {
    assertThat(at(Metric.RECALL, 5)).isEqualTo(2.0 / 3);
    assertThat(at(Metric.RECALL, 1)).isZero();
  }

  @Test
  void f1IsTheHarmonicMean() {
    assertThat(at(Metric.F1, 5)).isCloseTo(2 * (0.4 * 2 / 3) / (0.4 + 2.0 / 3), within(1e-15));
    assertThat(at(Metric.F1, 1)).as("no hit").isZero();
  }

  @Test
  void averagePrecisionDividesByTheSmallerOfKAndTruth() {
    assertThat(at(Metric.MAP, 5)).isCloseTo((1.0 / 2 + 2.0 / 4) / 3, within(1e-15));
    assertThat(at(Metric.MAP, 2)).isCloseTo((1.0 / 2) / 2, within(1e-15));
  }

  @Test
  void ndcgHasBinaryGainAndAnIdealCutAtTheSmallerOfKAndTruth() {
    double gain = 1 / log2(3) + 1 / log2(5);
    assertThat(at(Metric.NDCG, 5)).isCloseTo(gain / (1 + 1 / log2(3) + 0.5), within(1e-15));
    assertThat(at(Metric.NDCG, 2)).isCloseTo((1 / log2(3)) / (1 + 1 / log2(3)), within(1e-15));
    assertThat(Metric.NDCG.at(2, new boolean[] {true, true}, 9)).isEqualTo(1);
  }

  @Test
  void reciprocalRankAndHitRateLookAtTheFirstHit() {
    assertThat(at(Metric.MRR, 5)).isEqualTo(0.5);
    assertThat(at(Metric.MRR, 1)).isZero();
    assertThat(at(Metric.HIT_RATE, 2)).isEqualTo(1);
    assertThat(at(Metric.HIT_RATE, 1)).isZero();
  }

  @Test
  void anEmptyListScoresZero() {
    for (Metric metric : Metric.values()) {
      assertThat(metric.at(3, new boolean[0], 2)).as(metric.label()).isZero();
    }
  }

  @Test
  void longListsUseTheSameDiscount() {
    boolean[] hits = new boolean[1100];
    hits[1099] = true;
    assertThat(Metric.NDCG.at(1100, hits, 1)).isCloseTo(1 / log2(1101), within(1e-15));
  }

  @Test
  void withoutTruthThereIsNoFigure() {
    assertThatThrownBy(() -> Metric.MAP.at(5, HITS, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("truthSize is 0");
  }

  @Test
  void anItemThatStandsTwiceHitsOnce() {
    assertThat(HeldOutUser.hits(new int[] {7, 3, 7, 9}, new int[] {7, 9}))
        .containsExactly(true, false, false, true);
  }

  @Test
  void agreesWithABruteForceTwin() {
    Random random = new Random(5);
    for (int trial = 0; trial < 300; trial++) {
      List<Integer> list = new ArrayList<>();
      for (int i = 0; i < random.nextInt(12); i++) {
        int item = random.nextInt(20);
        if (!list.contains(item)) {
          list.add(item);
        }
      }
      Set<Integer> truth = new HashSet<>();
      for (int i = 0; i <= random.nextInt(15); i++) {
        truth.add(random.nextInt(20));
      }
      int k = 1 + random.nextInt(12);
      boolean[] hits =
          HeldOutUser.hits(
              list.stream().mapToInt(i -> i).toArray(),
              truth.stream().mapToInt(i -> i).sorted().toArray());
      for (Metric metric : Metric.values()) {
        assertThat(metric.at(k, hits, truth.size()))
            .as("%s@%d of %s in %s", metric, k, list, truth)
            .isCloseTo(Twin.at(metric, k, list, truth), within(1e-12));
      }
    }
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  /** The definitions, on lists and sets. */
  static final class Twin {
    private Twin() {}

    static double at(Metric metric, int k, List<Integer> items, Set<Integer> truth) {
      List<Integer> list = items.subList(0, Math.min(k, items.size()));
      double found = list.stream().filter(truth::contains).count();
      double precision = found / k;
      double recall = found / truth.size();
      return switch (metric) {
        case PRECISION -> precision;
        case RECALL -> recall;
        case F1 -> found == 0 ? 0 : 2 / (1 / precision + 1 / recall);
        case HIT_RATE -> Math.min(1, found);
        case MRR ->
            list.stream()
                .filter(truth::contains)
                .findFirst()
                .map(i -> 1.0 / (list.indexOf(i) + 1))
                .orElse(0.0);
        case MAP -> {
          double sum = 0;
          for (int j = 1; j <= list.size(); j++) {
            if (truth.contains(list.get(j - 1))) {
              sum += list.subList(0, j).stream().filter(truth::contains).count() / (double) j;
            }
          }
          yield sum / Math.min(k, truth.size());
        }
        case NDCG -> {
          double gain = 0;
          double ideal = 0;
          for (int j = 1; j <= k; j++) {
            if (j <= list.size() && truth.contains(list.get(j - 1))) {
              gain += 1 / log2(j + 1);
            }
            if (j <= truth.size()) {
              ideal += 1 / log2(j + 1);
            }
          }
          yield gain / ideal;
        }
      };
    }
  }
}
