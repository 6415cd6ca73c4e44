package org.nightjar.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.Histogram;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

class DriftTest {
  private static Figure level(String kind, String label, double users) {
    return Figure.of(Section.DISTRIBUTION, "users.age", "", "users", kind, 0, label, users);
  }

  private static Figure bin(double low, double high, double rows) {
    return new Figure(
        Section.DISTRIBUTION,
        "events.amount",
        "",
        "rows",
        Section.BIN,
        0,
        low + "",
        low,
        high,
        rows);
  }

  @Test
  void ofTwoLevelsByHand() {
    List<Figure> drift =
        Drift.of(
            List.of(level(Section.LEVEL, "A", 25), level(Section.LEVEL, "B", 75)),
            Map.of(),
            List.of(level(Section.LEVEL, "A", 50), level(Section.LEVEL, "B", 50)));
    assertThat(drift).hasSize(1);
    assertThat(drift.get(0).value())
        .isCloseTo(-0.25 * Math.log(0.5) + 0.25 * Math.log(1.5), within(1e-12));
  }

  @Test
  void numbersAreCountedInTheBinsOfThen() {
    // Half and half then; a quarter and three quarters now, though tonight's own bins are others.
    List<Figure> drift =
        Drift.of(
            List.of(bin(5, 6, 1), bin(15, 16, 3)),
            Map.of("events.amount", new Histogram(Map.of(5.0, 1L, 15.0, 3L))),
            List.of(bin(0, 10, 8), bin(10, 20, 8)));
    assertThat(drift).extracting(Figure::measure).containsExactly(Drift.PSI);
    assertThat(drift.get(0).value())
        .isCloseTo(-0.25 * Math.log(0.5) + 0.25 * Math.log(1.5), within(1e-12));
  }

  @Test
  void namesNewAndVanishedLevelsUnlessTheyMayBeAmongTheOthers() {
    List<Figure> now = List.of(level(Section.LEVEL, "A", 9), level(Section.LEVEL, "C", 1));
    List<Figure> then = List.of(level(Section.LEVEL, "A", 9), level(Section.LEVEL, "B", 1));
    assertThat(Drift.of(now, Map.of(), then))
        .extracting(Figure::measure, Figure::label)
        .contains(
            org.assertj.core.groups.Tuple.tuple(Drift.NEW_LEVEL, "C"),
            org.assertj.core.groups.Tuple.tuple(Drift.GONE_LEVEL, "B"));
    List<Figure> folded = List.of(then.get(0), then.get(1), level(Section.OTHER, "others", 5));
    assertThat(Drift.of(now, Map.of(), folded))
        .extracting(Figure::measure)
        .doesNotContain(Drift.NEW_LEVEL)
        .contains(Drift.GONE_LEVEL);
  }

  @Test
  void nothingWithoutAnotherNight() {
    assertThat(Drift.of(List.of(level(Section.LEVEL, "A", 25)), Map.of(), List.of())).isEmpty();
  }
}
