package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.publish.Json;
import org.nightjar.publish.ListFigures;
import org.nightjar.publish.QualityGate.Comparison;
import org.nightjar.table.Summaries.Figure;

class ComparisonsTest {
  private static final Comparisons FIRST_NIGHT =
      new Comparisons(Map.of("als", new Comparison(0.25, 0.125, 0.1, 0.15, 20)), null, null);
  private static final Comparisons LATER =
      new Comparisons(
          FIRST_NIGHT.models(),
          new Comparison(0.25, 0.3, null, null, 18),
          new ListFigures(10, 20, 4, 3, 30, 24));

  /** A resumed night takes them from the record of a finished stage. */
  @Test
  void areTheSameWhenWrittenAndRead() {
    for (Comparisons comparisons : new Comparisons[] {FIRST_NIGHT, LATER}) {
      assertThat(Json.read(Json.write(comparisons), Comparisons.class, "here"))
          .isEqualTo(comparisons);
    }
  }

  @Test
  void areFiguresForTheReport() {
    assertThat(FIRST_NIGHT.figures("blend", ""))
        .extracting(Figure::against, Figure::measure, Figure::value)
        .containsExactly(
            tuple("als", "difference", 0.125),
            tuple("als", "value", 0.25),
            tuple("als", "other", 0.125),
            tuple("als", "users", 20.0));
    assertThat(LATER.figures("blend", "r1").subList(4, 11))
        .extracting(Figure::against, Figure::measure, Figure::value)
        .containsExactly(
            tuple("r1", "difference", -0.05),
            tuple("r1", "value", 0.25),
            tuple("r1", "other", 0.3),
            tuple("r1", "users", 18.0),
            tuple("r1", "churn", 0.2),
            tuple("r1", "lost_users", 0.25),
            tuple("r1", "items_of_last", 0.5));
  }
}
