package org.nightjar.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.Histogram;
import org.nightjar.table.Summaries.Figure;

class BinsTest {
  @Test
  void fewValuesGetABinEach() {
    Histogram ratings = new Histogram(Map.of(1.0, 2L, 4.0, 3L, 5.0, 1L));
    List<Figure> figures = Bins.of(ratings).figures("events.value", "rows", ratings);
    assertThat(figures).extracting(Figure::label).containsExactly("1", "4", "5");
    assertThat(figures).extracting(Figure::value).containsExactly(2.0, 3.0, 1.0);
    assertThat(figures).extracting(Figure::high).containsExactly(4.0, 5.0, 6.0);
  }

  @Test
  void anEvenSpreadGetsRoundBinsOfOneWidth() {
    Map<Double, Long> ages = new HashMap<>();
    for (int age = 18; age < 98; age++) {
      ages.put((double) age, 1L);
    }
    Histogram values = new Histogram(ages);
    Bins bins = Bins.of(values);
    for (int at = 0; at < bins.size(); at++) {
      assertThat(bins.edges()[at + 1] - bins.edges()[at]).isEqualTo(2);
    }
    assertThat(bins.count(values)).containsOnly(2);
  }

  @Test
  void aHeavyTailGetsTenBinsToAPowerOfTenAndZeroItsOwn() {
    Map<Double, Long> amounts = new HashMap<>();
    amounts.put(0.0, 7L);
    for (int power = 0; power < 60; power++) {
      amounts.put(Math.rint(1000 * Math.pow(1.2, power)) / 1000, 100L);
    }
    Histogram values = new Histogram(amounts);
    Bins bins = Bins.of(values);
    assertThat(bins.edges()[0]).isZero();
    assertThat(bins.edges()[1]).isEqualTo(1);
    assertThat(bins.edges()[11]).isEqualTo(10);
    assertThat(bins.edges()[21]).isEqualTo(100);
    assertThat(java.util.Arrays.stream(bins.count(values)).sum()).isEqualTo(values.size());
    assertThat(bins.count(values)[0]).isEqualTo(7);
  }

  @Test
  void valuesBeyondTheEdgesOfAnotherNightFallIntoTheOuterBins() {
    Histogram values = new Histogram(Map.of(-5.0, 1L, 0.0, 1L, 3.0, 1L, 99.0, 1L));
    assertThat(new Bins(new double[] {0, 2, 4}).count(values)).containsExactly(2, 2);
  }

  @Test
  void neverManyBinsHoweverWideTheSpread() {
    Map<Double, Long> counts = new HashMap<>();
    for (int power = -300; power < 300; power++) {
      counts.put(Math.pow(10, power), 1L);
      counts.put(-Math.pow(10, power), 1L);
    }
    assertThat(Bins.of(new Histogram(counts)).size()).isLessThanOrEqualTo(80);
    counts.keySet().removeIf(value -> value < 0);
    assertThat(Bins.of(new Histogram(counts)).size()).isLessThanOrEqualTo(81);
  }
}
