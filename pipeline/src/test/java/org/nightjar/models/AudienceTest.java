package org.nightjar.models;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.nightjar.table.Events;

class AudienceTest extends ModelTest {
  /** Ten purchases: A buys item 0 three times and item 1 once, B item 1 four times, C item 2. */
  private static Dataset<Row> pairs() {
    List<Row> events =
        Arrays.asList(
            bought(0, 0, 0),
            bought(1, 0, 0),
            bought(2, 0, 0),
            bought(0, 1, 0),
            bought(3, 1, 0),
            bought(4, 1, 0),
            bought(5, 1, 0),
            bought(6, 1, 0),
            bought(7, 2, 0),
            bought(8, 0, 0));
    return Interactions.pairs(events(events), CUTOFF, 0, Map.of())
        .withColumnRenamed(Events.ITEM, Audience.GROUP);
  }

  private static Dataset<Row> tastes() {
    return profiles("A", "A", "A", "B", "B", "B", "B", "C", null);
  }

  @Test
  void countsByLevelAndGroup() {
    assertThat(sorted(Audience.cells(pairs(), tastes(), List.of(TASTE), 10, lit(0))))
        .containsExactly(
            "[taste,A,0,0,3.0]", "[taste,A,1,0,1.0]", "[taste,B,1,0,4.0]", "[taste,C,2,0,1.0]");
    assertThat(sorted(Audience.groups(pairs(), lit(0))))
        .containsExactly("[0,0,4.0]", "[1,0,5.0]", "[2,0,1.0]");
  }

  @Test
  void onlyTheLevelsOfMostUsersAreKept() {
    assertThat(sorted(Audience.cells(pairs(), tastes(), List.of(TASTE), 1, lit(0))))
        .containsExactly("[taste,B,1,0,4.0]");
  }

  @Test
  void withoutAttributesThereAreNoCells() {
    assertThat(sorted(Audience.cells(pairs(), tastes(), List.of(), 10, lit(0)))).isEmpty();
  }

  @Test
  void ratiosByHand() {
    Audience audience =
        Audience.of(
            new double[] {4, 5, 1, 0},
            Audience.cells(pairs(), tastes(), List.of(TASTE), 10, lit(0)).collectAsList(),
            new int[] {0, 1, 2, 3},
            6);

    // (W_vg + s) / (W_v · p_g + s) with s = 6, W_v = 4 for both, p = 0.4, 0.5, 0.1.
    assertRatios(audience.ratio(TASTE, "A"), (3 + 6) / 7.6, (1 + 6) / 8.0, (0 + 6) / 6.4);
    assertRatios(audience.ratio(TASTE, "B"), (0 + 6) / 7.6, (4 + 6) / 8.0, (0 + 6) / 6.4);
    assertThat(audience.ratio(TASTE, "A")[3]).isZero();
    assertThat(audience.logShare()[1]).isCloseTo((float) Math.log(0.5), within(1e-6f));
    assertThat(audience.logShare()[3]).isNaN();
  }

  @Test
  void unknownLevelsHaveNoRatios() {
    Audience audience = Audience.of(new double[] {1}, List.of(), new int[] {0}, 1);

    assertThat(audience.ratio(TASTE, "A")).isNull();
    assertThat(audience.ratio(TASTE, null)).isNull();
    assertThat(audience.levels(TASTE)).isEmpty();
  }

  private static void assertRatios(float[] ratios, double... expected) {
    for (int group = 0; group < expected.length; group++) {
      assertThat((double) ratios[group]).isCloseTo(Math.log(expected[group]), within(1e-6));
    }
  }
}
