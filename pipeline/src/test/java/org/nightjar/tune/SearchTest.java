package org.nightjar.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nightjar.models.SearchSpace;

/** The search on made-up objectives, without data. */
class SearchTest {
  private static final SearchSpace SPACE =
      SearchSpace.NONE
          .with("rank", SearchSpace.oneOf(16, 32, 64, 96, 128))
          .with("regularisation", SearchSpace.logUniform(0.01, 1))
          .with("strength", SearchSpace.oneOf("binary", "log"))
          .with("alpha", SearchSpace.logUniform(0.3, 30));
  private static final SearchSpace SMALL =
      SearchSpace.NONE.with("days", SearchSpace.oneOf(0, 7, 14, 30));

  @Test
  void aRungHasThreeTimesTheUsersAndNeverTooFew() {
    assertThat(Rungs.of(0).count()).isEqualTo(1);
    assertThat(Rungs.of(2_999).count()).isEqualTo(1);
    assertThat(Rungs.of(3_000).count()).isEqualTo(2);
    assertThat(Rungs.of(9_000).count()).isEqualTo(3);
    assertThat(Rungs.of(10_000_000).count()).isEqualTo(5);
    assertThat(Rungs.of(10_000_000).shares()).isEqualTo(81);
    assertThat(IntStream.range(0, 3).map(new Rungs(3)::shares)).containsExactly(1, 3, 9);
  }

  @Test
  void theBestThirdOfEachRungGoesOnAndTheConfiguredSettingsClimbIt() {
    List<Trial> trials = run(search("als", SPACE, 3), Budget.ofSettings(28), SearchTest::exact);

    List<Trial> drawn = trials.stream().filter(trial -> !trial.asConfigured()).toList();
    for (int rung = 0; rung < 2; rung++) {
      List<Trial> here = onRung(drawn, rung);
      List<Integer> next = onRung(drawn, rung + 1).stream().map(Trial::number).toList();
      assertThat(next)
          .containsAll(
              here.stream()
                  .sorted(Comparator.comparing(Trial::map).reversed())
                  .limit(here.size() / 3)
                  .map(Trial::number)
                  .toList());
      assertThat(next).hasSizeLessThan(here.size() * 2 / 3);
    }
    assertThat(onRung(drawn, 0)).hasSize(27);
    assertThat(onRung(drawn, 2))
        .contains(onRung(drawn, 2).stream().max(Comparator.comparing(Trial::map)).orElseThrow())
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(trials.subList(0, 3))
        .allSatisfy(trial -> assertThat(trial.settings()).isEmpty())
        .extracting(Trial::rung)
        .containsExactly(0, 1, 2);
  }

  @Test
  void everyModelHasTheSameBudget() {
    List<Search> searches = List.of(search("a", SPACE, 1), search("b", SPACE, 2));
    Tuner.run(searches, Budget.ofSettings(12), (search, step) -> exact(step));
    assertThat(searches).extracting(Search::settingsTried).containsExactly(12, 12);

    // b's trials take three times as long; c has nothing left after its five.
    List<Search> timed =
        List.of(search("a", SPACE, 1), search("b", SPACE, 1), search("c", SMALL, 1));
    List<Trial> trials =
        Tuner.run(
            timed,
            new Budget(125, Integer.MAX_VALUE),
            (search, step) ->
                step.measured(quality(step.settings()), 9, step.model().equals("b") ? 3 : 1));
    assertThat(timed).extracting(Search::seconds).containsExactly(60.0, 60.0, 5.0);
    assertThat(timed).extracting(Search::settingsTried).containsExactly(60, 20, 5);
    assertThat(trials).hasSize(85);
  }

  @Test
  void somethingReachesTheLastRungHoweverSmallTheBudget() {
    List<Trial> trials = run(search("als", SPACE, 4), new Budget(5.5, 99), SearchTest::exact);

    assertThat(trials)
        .extracting(trial -> trial.number() + "@" + trial.rung())
        .containsExactly(
            "0@0",
            "0@1",
            "0@2",
            "0@3",
            "1@0",
            "2@0",
            best(trials) + "@1",
            best(trials) + "@2",
            best(trials) + "@3");
    assertThat(run(search("als", SPACE, 2), Budget.ofSettings(1), SearchTest::exact)).hasSize(2);
  }

  @Test
  void theSameTrialsLeadToTheSameSearch() {
    List<Trial> whole = run(search("als", SPACE, 3), Budget.ofSettings(20), SearchTest::exact);
    Map<Object, Trial> log = new HashMap<>();
    run(search("als", SPACE, 3), Budget.ofSettings(11), keeping(log));
    int kept = log.size();
    List<Trial> resumed = run(search("als", SPACE, 3), Budget.ofSettings(20), keeping(log));

    assertThat(resumed).isEqualTo(whole);
    assertThat(kept).isGreaterThan(11);
    assertThat(log).hasSize(whole.size()); // the others were not run again
    assertThat(run(search("other", SPACE, 3), Budget.ofSettings(20), SearchTest::exact))
        .isNotEqualTo(whole);
  }

  /** Keeps trials by settings and rung, and runs only what is not there. */
  private static Function<Step, Trial> keeping(Map<Object, Trial> log) {
    return step -> log.computeIfAbsent(List.of(step.settings(), step.rung()), key -> exact(step));
  }

  @Test
  void failuresAreLeftBehindButNotThoseOfTheConfiguredSettings() {
    List<Trial> trials =
        run(
            search("als", SPACE, 2),
            Budget.ofSettings(13),
            step ->
                "log".equals(step.settings().get("strength")) ? step.failed("no", 1) : exact(step));
    assertThat(trials.stream().filter(Trial::failed).toList())
        .isNotEmpty()
        .allSatisfy(trial -> assertThat(trial.rung()).isZero());
    assertThat(onRung(trials, 1)).hasSizeGreaterThan(1);

    assertThat(run(search("als", SPACE, 2), Budget.ofSettings(9), step -> step.failed("no", 1)))
        .singleElement()
        .matches(Trial::asConfigured);
  }

  @Test
  void eachSettingsAreTriedOnceAndOnlyIfNew() {
    List<Trial> trials =
        run(
            new Search("m", SMALL, new Rungs(1), 42, settings -> !settings.get("days").equals(7)),
            Budget.ofSettings(99),
            SearchTest::exact);

    assertThat(trials.subList(1, trials.size()))
        .extracting(trial -> trial.settings().get("days"))
        .containsExactlyInAnyOrder(0, 14, 30);
  }

  @Test
  void onlyWhatMayGoOnIsWorthKeeping() {
    Search search = search("als", SPACE, 2);
    List<Integer> sizes = new ArrayList<>();
    run(
        search,
        Budget.ofSettings(28),
        step -> {
          sizes.add(search.climbing().size());
          return exact(step);
        });
    assertThat(sizes.get(1)).isEqualTo(1); // the configured settings
    assertThat(sizes).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(Rungs.ETA));
  }

  /** Twenty-seven settings each, forty seeds: the mean distance to the optimum. */
  @Test
  void proposalsBeatDrawsAtRandom() {
    double proposed = 0;
    double drawn = 0;
    for (int seed = 0; seed < 40; seed++) {
      Search search = new Search("als", SPACE, new Rungs(1), seed, settings -> true);
      List<Trial> trials = run(search, Budget.ofSettings(28), SearchTest::exact);
      proposed += trials.stream().mapToDouble(Trial::map).max().orElseThrow();
      SplittableRandom random = new SplittableRandom(seed);
      drawn +=
          IntStream.range(0, 27).mapToDouble(i -> quality(SPACE.draw(random))).max().orElseThrow();
    }
    assertThat(1 - proposed / 40).isLessThan(0.7 * (1 - drawn / 40));
  }

  private static int best(List<Trial> trials) {
    return onRung(trials, 0).stream()
        .filter(trial -> !trial.asConfigured())
        .max(Comparator.comparing(Trial::map))
        .orElseThrow()
        .number();
  }

  private static List<Trial> onRung(List<Trial> trials, int rung) {
    return trials.stream().filter(trial -> trial.rung() == rung).collect(Collectors.toList());
  }

  private static Search search(String model, SearchSpace space, int rungs) {
    return new Search(model, space, new Rungs(rungs), 42, settings -> true);
  }

  private static List<Trial> run(Search search, Budget budget, Function<Step, Trial> trial) {
    return Tuner.run(List.of(search), budget, (its, step) -> trial.apply(step));
  }

  /** A second each, and the same figure on every rung. */
  private static Trial exact(Step step) {
    return step.measured(quality(step.settings()), 9, 1);
  }

  /** 1 at best; more rank wants more regularisation. The configured settings are at 0.5. */
  private static double quality(Map<String, Object> settings) {
    if (!settings.containsKey("rank")) {
      return 0.5;
    }
    double rank = SPACE.values().get("rank").distance(16, settings.get("rank"));
    double regularisation =
        SPACE.values().get("regularisation").distance(0.01, settings.get("regularisation"));
    double alpha = SPACE.values().get("alpha").distance(0.3, settings.get("alpha"));
    double missed = regularisation - 0.3 - 0.4 * rank;
    return 1
        - 1.2 * missed * missed
        - 0.7 * (alpha - 0.6) * (alpha - 0.6)
        - 0.2 * (1 - rank) * (1 - rank)
        - (settings.get("strength").equals("log") ? 0 : 0.05);
  }
}
