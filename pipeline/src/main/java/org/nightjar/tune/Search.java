package org.nightjar.tune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.nightjar.models.SearchSpace;

/**
 * Where the search stands for one model: successive halving in its asynchronous form (Li et al.
 * 2020, here with one trial at a time), which needs not know beforehand how much will be tried.
 * Settings that are among the best third of their rung go on to the next one, the highest rung
 * first; where none does, {@link Proposals} gives new ones for the first rung.
 *
 * <p>The configured settings come first, climb every rung whatever their figures, and take no
 * other's place. If they fail, nothing can be shown to be better, and the search for the model
 * ends.
 *
 * <p>What comes next follows from the seed, the model's name and the trials so far.
 */
public final class Search {
  private static final Comparator<Tried> BEST_FIRST =
      Comparator.comparingDouble(Tried::figure).reversed().thenComparingInt(Tried::number);

  private final String model;
  private final Rungs rungs;
  private final Predicate<Map<String, Object>> isNew;
  private final Proposals proposals;
  private final SplittableRandom random;
  private final List<Climb> climbs = new ArrayList<>();
  private final Set<Map<String, Object>> known = new HashSet<>();
  private double seconds;

  /**
   * A search yet to begin.
   *
   * @param model its name in the configuration
   * @param isNew whether settings are worth a trial; not, for example, if another model has them
   */
  public Search(
      String model,
      SearchSpace space,
      Rungs rungs,
      long seed,
      Predicate<Map<String, Object>> isNew) {
    this.model = model;
    this.proposals = new Proposals(space);
    this.rungs = rungs;
    this.isNew = isNew;
    this.random = new SplittableRandom(31 * seed + model.hashCode());
  }

  /** Settings on their way up; the figures so far, by rung. */
  private static final class Climb {
    private final Map<String, Object> settings;
    private final List<Double> figures = new ArrayList<>();
    private boolean failed;

    Climb(Map<String, Object> settings) {
      this.settings = settings;
    }

    /** The rungs that are behind it, which is also the number of the next one. */
    int height() {
      return figures.size();
    }
  }

  /** A figure of some settings on a rung. */
  private record Tried(int number, double figure) {}

  /** The model's name. */
  public String model() {
    return model;
  }

  /** The rungs that its settings climb. */
  public Rungs rungs() {
    return rungs;
  }

  /** Wall time of its trials. */
  public double seconds() {
    return seconds;
  }

  /** How many settings were tried, the configured ones included. */
  public int settingsTried() {
    return climbs.size();
  }

  /**
   * What to try next; empty when nothing is left.
   *
   * @param mostSettings no new settings beyond so many, the configured ones included
   */
  public Optional<Step> next(int mostSettings) {
    if (climbs.isEmpty()) {
      return Optional.of(begin(Map.of()));
    }
    if (climbs.get(0).failed) {
      return Optional.empty();
    }
    if (climbs.get(0).height() < rungs.count()) {
      return Optional.of(up(0));
    }
    for (int rung = rungs.last() - 1; rung >= 0; rung--) {
      List<Tried> ranked = ranked(rung);
      int below = rung + 1;
      Optional<Tried> next =
          ranked.stream()
              .limit(ranked.size() / Rungs.ETA)
              .filter(tried -> waits(tried.number(), below))
              .findFirst();
      if (next.isPresent()) {
        return next.map(tried -> up(tried.number()));
      }
    }
    return climbs.size() < mostSettings ? drawn().map(this::begin) : Optional.empty();
  }

  /**
   * What to try when the budget is used up: if no other settings than the configured ones were on
   * the last rung, the best of the highest rung go there, step by step. Empty when that is done.
   */
  public Optional<Step> last() {
    if (climbs.isEmpty() || climbs.get(0).failed) {
      return Optional.empty();
    }
    if (climbs.get(0).height() < rungs.count()) {
      return Optional.of(up(0));
    }
    for (int rung = rungs.last(); rung >= 0; rung--) {
      int height = rung + 1;
      Optional<Tried> best =
          ranked(rung).stream().filter(tried -> waits(tried.number(), height)).findFirst();
      if (best.isPresent()) {
        return height == rungs.count() ? Optional.empty() : best.map(tried -> up(tried.number()));
      }
    }
    return Optional.empty();
  }

  /** Takes note of what became of the last step given. */
  public void add(Trial trial) {
    Climb climb = climbs.get(trial.number());
    seconds += trial.seconds();
    if (trial.failed()) {
      climb.failed = true;
    } else {
      climb.figures.add(trial.map());
    }
  }

  /**
   * Numbers of the settings that may well go on soon: their trained models are worth keeping. At
   * most {@value Rungs#ETA} per rung but the last.
   */
  public Set<Integer> climbing() {
    Set<Integer> numbers = new HashSet<>();
    if (!climbs.isEmpty()
        && waits(0, climbs.get(0).height())
        && climbs.get(0).height() < rungs.count()) {
      numbers.add(0);
    }
    for (int rung = 0; rung < rungs.last(); rung++) {
      int height = rung + 1;
      ranked(rung).stream()
          .map(Tried::number)
          .filter(number -> waits(number, height))
          .limit(Rungs.ETA)
          .forEach(numbers::add);
    }
    return numbers;
  }

  private Step begin(Map<String, Object> settings) {
    known.add(settings);
    climbs.add(new Climb(settings));
    return up(climbs.size() - 1);
  }

  private Step up(int number) {
    Climb climb = climbs.get(number);
    return new Step(model, number, climb.settings, climb.height());
  }

  private boolean waits(int number, int height) {
    Climb climb = climbs.get(number);
    return !climb.failed && climb.height() == height;
  }

  /** All drawn settings that were on a rung, the best first, ties by number. */
  private List<Tried> ranked(int rung) {
    return drawnNumbers()
        .filter(number -> climbs.get(number).height() > rung)
        .map(number -> new Tried(number, climbs.get(number).figures.get(rung)))
        .sorted(BEST_FIRST)
        .toList();
  }

  private Stream<Integer> drawnNumbers() {
    return Stream.iterate(1, number -> number < climbs.size(), number -> number + 1);
  }

  private Optional<Map<String, Object>> drawn() {
    List<Map<String, Object>> bestFirst = new ArrayList<>();
    ranked(0).forEach(tried -> bestFirst.add(climbs.get(tried.number()).settings));
    drawnNumbers()
        .map(climbs::get)
        .filter(climb -> climb.figures.isEmpty())
        .forEach(climb -> bestFirst.add(climb.settings));
    Optional<Map<String, Object>> settings = proposals.next(bestFirst, known, random);
    while (settings.isPresent() && !isNew.test(settings.get())) {
      known.add(settings.get());
      settings = proposals.next(bestFirst, known, random);
    }
    return settings;
  }
}
