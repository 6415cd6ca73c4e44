package org.nightjar.run;

import java.util.Map;

/**
 * One setting of one model, tried on the holdout; see {@link TuneStage}.
 *
 * @param model the model's name in the configuration
 * @param number from 0, the model's configured settings as they stand
 * @param settings what was changed; empty for number 0
 * @param map mean average precision of the model's lists alone; null if the trial failed
 * @param users over how many users
 * @param seconds wall time of training, proposing and measuring
 * @param error why it failed; null if it did not
 * @param chosen whether the model takes these settings
 */
record Trial(
    String model,
    int number,
    Map<String, Object> settings,
    Double map,
    long users,
    double seconds,
    String error,
    boolean chosen) {

  Trial asChosen() {
    return new Trial(model, number, settings, map, users, seconds, error, true);
  }
}
