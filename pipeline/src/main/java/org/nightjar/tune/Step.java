package org.nightjar.tune;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Some settings of a model, to be measured on the users that a rung adds to those of the rungs
 * below it.
 *
 * @param model the model's name in the configuration
 * @param number of the settings, from 0, the model's configured ones as they stand
 * @param settings what is changed; empty for number 0
 * @param rung from 0, the fewest users
 */
public record Step(String model, int number, Map<String, Object> settings, int rung) {
  public Step {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** This step, measured. */
  public Trial measured(double map, long users, double seconds) {
    return new Trial(model, number, settings, rung, map, users, seconds, null);
  }

  /** This step, which could not be measured. */
  public Trial failed(String error, double seconds) {
    return new Trial(model, number, settings, rung, null, 0, seconds, error);
  }
}
