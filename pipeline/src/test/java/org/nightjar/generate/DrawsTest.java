package org.nightjar.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nightjar.generate.Draws.Purpose;

class DrawsTest {
  private static final int DRAWS = 200_000;

  @Test
  void streamsFollowFromWhatTheyAreForAndDifferOtherwise() {
    Set<Double> firsts = new HashSet<>();
    for (Purpose purpose : Purpose.values()) {
      for (int one = 0; one < 50; one++) {
        for (int other = 0; other < 3; other++) {
          double first = new Draws(7, purpose, one, other).uniform();
          assertThat(first).isEqualTo(new Draws(7, purpose, one, other).uniform());
          firsts.add(first);
        }
      }
    }
    assertThat(firsts).hasSize(Purpose.values().length * 50 * 3);
    assertThat(firsts).doesNotContain(new Draws(8, Purpose.ITEM, 1).uniform());
  }

  /** The standard error of each share is below 0.0012. */
  @Test
  void ranksFallOffByTheDensityOfThePowerLaw() {
    for (double exponent : new double[] {0, 0.5, 1, 1.5}) {
      Draws draws = new Draws(1, Purpose.HISTORY, 1);
      int[] counts = new int[10];
      for (int draw = 0; draw < DRAWS; draw++) {
        counts[draws.zipf(10, exponent)]++;
      }
      double all = integral(1, 11, exponent);
      for (int rank = 0; rank < 10; rank++) {
        assertThat((double) counts[rank] / DRAWS)
            .as("exponent %s rank %s", exponent, rank)
            .isCloseTo(integral(rank + 1, rank + 2, exponent) / all, within(0.005));
      }
    }
  }

  private static double integral(double from, double to, double exponent) {
    return exponent == 1
        ? Math.log(to / from)
        : (Math.pow(to, 1 - exponent) - Math.pow(from, 1 - exponent)) / (1 - exponent);
  }

  @Test
  void normalAndSizeHaveTheirMoments() {
    Draws draws = new Draws(3, Purpose.ACTIVITY, 1);
    double[] normal = IntStream.range(0, DRAWS).mapToDouble(i -> draws.normal()).toArray();
    assertThat(IntStream.range(0, DRAWS).mapToDouble(i -> normal[i]).average().orElseThrow())
        .isCloseTo(0, within(0.01));
    assertThat(
            IntStream.range(0, DRAWS)
                .mapToDouble(i -> normal[i] * normal[i])
                .average()
                .orElseThrow())
        .isCloseTo(1, within(0.02));
    assertThat(IntStream.range(0, DRAWS).map(i -> draws.size(4)).average().orElseThrow())
        .isCloseTo(4, within(0.05));
  }

  @Test
  void everyPlaceIsOneItemOfOneTaste() {
    for (int items : new int[] {12, 13, 100, 1_001}) {
      Catalogue catalogue = new Catalogue(size(items));
      Set<Integer> places = new HashSet<>();
      Set<String> ids = new HashSet<>();
      for (int taste = 0; taste < Catalogue.TASTES; taste++) {
        for (int rank = 0; rank < catalogue.itemsOf(taste); rank++) {
          int place = catalogue.place(taste, rank);
          assertThat(catalogue.taste(place)).isEqualTo(taste);
          int companion = catalogue.companion(place);
          assertThat(catalogue.taste(companion)).isEqualTo(taste);
          assertThat(catalogue.companion(companion)).isEqualTo(place);
          places.add(place);
          ids.add(catalogue.id(place));
        }
      }
      assertThat(places).hasSize(items).allMatch(place -> place >= 0 && place < items);
      assertThat(ids).hasSize(items);
    }
  }

  private static ShopSize size(int items) {
    return new ShopSize(10, items, 100, 30, LocalDate.parse("2024-06-30"), 5, 0, 1, 1, 0);
  }
}
