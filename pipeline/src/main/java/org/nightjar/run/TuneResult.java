package org.nightjar.run;

import java.util.List;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.tune.Trial;

/**
 * What a search came to.
 *
 * @param trials all, in the order in which they ran
 * @param models one row per model that was searched
 * @param takenOver how many trials were those of an earlier search with the same inputs
 * @param warnings what somebody should look at
 */
public record TuneResult(
    List<Trial> trials, List<Tuned> models, int takenOver, List<String> warnings) {

  /** A configuration with the better settings in it. */
  WrittenConfiguration into(WrittenConfiguration written) {
    WrittenConfiguration best = written;
    for (Tuned model : models) {
      best = model.taken() ? best.with(model.model(), model.settings()) : best;
    }
    return best;
  }

  /** Whether these settings are in the best configuration because of this search. */
  boolean hasTaken(Trial trial) {
    return models.stream()
        .filter(Tuned::taken)
        .anyMatch(
            tuned ->
                tuned.model().equals(trial.model()) && tuned.settings().equals(trial.settings()));
  }
}
