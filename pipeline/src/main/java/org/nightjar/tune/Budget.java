package org.nightjar.tune;

import java.time.Duration;
import org.nightjar.Require;

/**
 * What a search may spend.
 *
 * @param seconds of all models together, the time of all trials added up
 * @param settingsPerModel most settings that are tried of each model, its configured ones included
 */
public record Budget(double seconds, int settingsPerModel) {
  public Budget {
    Require.that(seconds > 0, "the budget is %s seconds but must be > 0", seconds);
    Require.that(
        settingsPerModel > 0,
        "the budget is %s trials per model but must be > 0",
        settingsPerModel);
  }

  /** So much time, shared by the models. */
  public static Budget of(Duration time) {
    return new Budget(time.toMillis() / 1000.0, Integer.MAX_VALUE);
  }

  /** So many settings of each model, however long it takes. */
  public static Budget ofSettings(int perModel) {
    return new Budget(Double.POSITIVE_INFINITY, perModel);
  }
}
