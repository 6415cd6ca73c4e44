package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.config.GateSettings;
import org.nightjar.config.GateSettings.Level;
import org.nightjar.config.GateSettings.Rule;
import org.nightjar.publish.ColumnProfiles.Drift;
import org.nightjar.publish.QualityGate.Comparison;

/** Each rule with figures just within and just beyond its limit. */
class QualityGateTest {
  private static GateSettings settings(Map<String, Level> levels) {
    return new GateSettings(levels, 0.05, 0.5, 0.95, 0.5, 0.5, 0.8, 0.3, 0.3, 0.5, 0.25, 1, 1);
  }

  private final QualityGate gate = new QualityGate(settings(Map.of()));

  private List<String> rules() {
    return gate.findings().stream().map(Finding::rule).toList();
  }

  @Test
  void aLossMustBeGreaterThanTheToleranceAndThanChance() {
    gate.againstLast(new Comparison(0.191, 0.2, -0.012, -0.006, 500)); // 4.5 % less
    gate.againstLast(new Comparison(0.18, 0.2, -0.05, 0.01, 20)); // within chance
    gate.againstLast(new Comparison(0, 0, null, null, 0)); // nobody in both
    assertThat(rules()).isEmpty();

    gate.againstLast(new Comparison(0.18, 0.2, -0.03, -0.01, 500));
    assertThat(gate.findings())
        .containsExactly(
            new Finding(
                "worse-than-last",
                Level.REFUSE,
                0.18 / 0.2 - 1,
                -0.05,
                "MAP is 0.1800 on the 500 users held out in both releases, the last release reached"
                    + " 0.2000: 10.0 % less, permitted are 5.0 % (gate.maxLoss)."));
  }

  @Test
  void withoutReplicatesTheToleranceDecides() {
    gate.againstLast(new Comparison(0.18, 0.2, null, null, 500));
    assertThat(rules()).containsExactly("worse-than-last");
  }

  @Test
  void theBestSingleModelIsNotToBeBetter() {
    gate.againstModel("repeat", new Comparison(0.191, 0.2, -0.02, -0.001, 500));
    gate.againstModel("repeat", new Comparison(0.18, 0.2, -0.04, 0.001, 20));
    assertThat(rules()).isEmpty();
    gate.againstModel("repeat", new Comparison(0.18, 0.2, -0.03, -0.01, 500));
    assertThat(rules()).containsExactly("worse-than-models");
    assertThat(gate.findings().get(0).reason()).contains("model 'repeat' alone reaches 0.2000");
  }

  @Test
  void leakedTruthIsTooGoodToBeTrue() {
    gate.againstLast(new Comparison(0.29, 0.2, 0.05, 0.13, 500)); // 45 % more
    gate.againstLast(new Comparison(0.4, 0.2, -0.1, 0.5, 3)); // within chance
    gate.map(0.95);
    assertThat(rules()).isEmpty();
    gate.againstLast(new Comparison(0.4, 0.2, 0.15, 0.25, 500));
    gate.map(0.96);
    assertThat(rules()).containsExactly("too-good", "too-good");
  }

  @Test
  void listsDoNotCollapse() {
    gate.identicalLists(0.5);
    gate.lists(new ListFigures(50, 100, 1000, 1000, 10_000, 9_000));
    assertThat(rules()).isEmpty();
    gate.identicalLists(0.51);
    gate.lists(new ListFigures(49, 100, 1000, 1000, 10_000, 9_000));
    assertThat(rules()).containsExactly("identical-lists", "few-items");
  }

  @Test
  void listsDoNotTurnOverAndUsersDoNotVanish() {
    gate.lists(new ListFigures(100, 100, 1000, 700, 7_000, 1_400)); // 80 % churn, 30 % lost
    assertThat(rules()).isEmpty();
    gate.lists(new ListFigures(100, 100, 1000, 1000, 10_000, 1_999));
    gate.lists(new ListFigures(100, 100, 1000, 699, 6_990, 6_990));
    assertThat(rules()).containsExactly("churn", "lost-users");
    assertThat(gate.findings().get(1).reason())
        .startsWith("301 of the last release's 1000 users have no list any more: 30.1 %");
  }

  @Test
  void volumesDoNotJumpEitherWay() {
    gate.volumes(Map.of("events", 700L, "new", 5L), Map.of("events", 1000L, "gone", 7L));
    gate.volumes(Map.of("denied", 1L), Map.of("denied", 3L)); // within chance
    gate.recentEvents(500, 1000);
    assertThat(rules()).isEmpty();
    gate.volumes(Map.of("purchases", 500L), Map.of("purchases", 1000L));
    gate.volumes(Map.of("purchases", 1000L), Map.of("purchases", 500L));
    gate.volumes(Map.of("denied", 0L), Map.of("denied", 50L));
    gate.recentEvents(499, 1000);
    assertThat(gate.findings())
        .extracting(Finding::reason)
        .containsExactly(
            "Source 'purchases' has 500 rows, last time it had 1000: 50.0 % less, permitted are 30.0"
                + " % (gate.maxVolumeChange).",
            "Source 'purchases' has 1000 rows, last time it had 500: last time was 50.0 % less,"
                + " permitted are 30.0 % (gate.maxVolumeChange).",
            "Source 'denied' has 0 rows, last time it had 50: 100.0 % less, permitted are 30.0 %"
                + " (gate.maxVolumeChange).",
            "The seven days before the cutoff have 499 events, last time they had 1000: 50.1 % less,"
                + " permitted are 50.0 % (gate.maxRecentChange).");
  }

  @Test
  void aListMayShrink() {
    gate.volumes(Map.of("denied", 0L, "requested", 2L), Map.of("denied", 50L, "requested", 90L));
    assertThat(gate.findings())
        .extracting(Finding::rule, Finding::level)
        .containsOnly(tuple("volume", Level.WARN))
        .hasSize(2);
    QualityGate off = new QualityGate(settings(Map.of(Rule.VOLUME.label(), Level.OFF)));
    off.volumes(Map.of("denied", 0L), Map.of("denied", 50L));
    assertThat(off.findings()).isEmpty();
  }

  @Test
  void aReleaseThatNobodyMeasuredIsFound() {
    gate.heldOutUsers(1, true);
    assertThat(rules()).isEmpty();
    gate.heldOutUsers(0, true);
    gate.heldOutUsers(0, false);
    assertThat(gate.findings())
        .extracting(Finding::rule, Finding::level)
        .containsExactly(
            tuple("no-held-out-users", Level.REFUSE), tuple("no-held-out-users", Level.WARN));
    QualityGate strict =
        new QualityGate(settings(Map.of(Rule.NO_HELD_OUT_USERS.label(), Level.REFUSE)));
    strict.heldOutUsers(0, false);
    assertThat(strict.findings()).extracting(Finding::level).containsExactly(Level.REFUSE);
  }

  @Test
  void columnsDoNotDriftBeyondChance() {
    gate.drift(List.of(new Drift("users.age", 0.25, 0.01), new Drift("items.brand", 0.4, 0.5)));
    assertThat(rules()).isEmpty();
    gate.drift(List.of(new Drift("items.price", 3.5, 0.1)));
    assertThat(rules()).containsExactly("drift");
    assertThat(gate.findings().get(0).reason()).contains("'items.price'", "index 3.50");
  }

  @Test
  void theCutoffIsNotAheadOfTheClock() {
    gate.future(Samples.CUTOFF.plus(Duration.ofHours(24)), Samples.CUTOFF);
    assertThat(rules()).isEmpty();
    gate.future(Samples.CUTOFF.plus(Duration.ofHours(25)), Samples.CUTOFF);
    assertThat(rules()).containsExactly("future");
  }

  @Test
  void aRuleMayWarnOrBeOff() {
    QualityGate lenient =
        new QualityGate(
            settings(Map.of(Rule.CHURN.label(), Level.WARN, Rule.LOST_USERS.label(), Level.OFF)));
    lenient.lists(new ListFigures(100, 100, 1000, 100, 1000, 0));
    Verdict verdict = Verdict.of(List.of()).with(lenient.findings());
    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.reasons()).isEmpty();
    assertThat(verdict.warnings()).hasSize(1).allMatch(warning -> warning.startsWith("100.0 %"));
  }

  @Test
  void aVerdictTellsViolationsFromJudgement() {
    gate.identicalLists(1);
    Verdict verdict = Verdict.of(List.of("1 users have an item twice.")).with(gate.findings());
    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.reasons()).hasSize(2);
    assertThat(verdict.violations()).containsExactly("1 users have an item twice.");
    assertThat(Json.read(Json.write(verdict), Verdict.class, "verdict")).isEqualTo(verdict);
  }

  @Test
  void everyRuleHasAName() {
    assertThat(Arrays.stream(Rule.values()).map(Rule::label))
        .doesNotHaveDuplicates()
        .allMatch(label -> label.matches("[a-z-]+"));
  }
}
