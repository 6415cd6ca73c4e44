package org.nightjar.tune;

import java.util.Map;

/**
 * What became of a {@link Step}.
 *
 * @param model as in the step
 * @param number as in the step
 * @param settings as in the step
 * @param rung as in the step
 * @param map mean average precision of the model's lists alone, over the users of this rung and
 *     those below it; null if the trial failed
 * @param users over how many users
 * @param seconds wall time of training (on the first rung, as a rule), proposing and measuring
 * @param error why it failed; null if it did not
 */
public record Trial(
    String model,
    int number,
    Map<String, Object> settings,
    int rung,
    Double map,
    long users,
    double seconds,
    String error) {

  /** Whether there is nothing to go on with. */
  public boolean failed() {
    return error != null;
  }

  /** Whether these are the settings that the model has in the configuration. */
  public boolean asConfigured() {
    return number == 0;
  }
}
