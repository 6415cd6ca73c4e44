package org.nightjar.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Runs the searches of all models to the end of their budget. The next trial always belongs to the
 * model on which the least time was spent, so that the models share the time evenly and what one
 * cannot use goes to the rest. A trial that has begun is finished. After that each model's best
 * settings are measured on everybody, if none but the configured ones were.
 */
public final class Tuner {
  private Tuner() {}

  /**
   * All trials, in the order in which they ran.
   *
   * @param trial runs a step of a search; reports failures rather than throwing them
   */
  public static List<Trial> run(
      List<Search> searches, Budget budget, BiFunction<Search, Step, Trial> trial) {
    List<Trial> trials = new ArrayList<>();
    List<Search> open = new ArrayList<>(searches);
    while (!open.isEmpty() && spent(searches) < budget.seconds()) {
      Search search = Collections.min(open, Comparator.comparingDouble(Search::seconds));
      Optional<Step> step = search.next(budget.settingsPerModel());
      if (step.isEmpty()) {
        open.remove(search);
      } else {
        trials.add(run(search, step.get(), trial));
      }
    }
    for (Search search : searches) {
      for (Optional<Step> step = search.last(); step.isPresent(); step = search.last()) {
        trials.add(run(search, step.get(), trial));
      }
    }
    return trials;
  }

  private static Trial run(Search search, Step step, BiFunction<Search, Step, Trial> trial) {
    Trial done = trial.apply(search, step);
    search.add(done);
    return done;
  }

  private static double spent(List<Search> searches) {
    return searches.stream().mapToDouble(Search::seconds).sum();
  }
}
