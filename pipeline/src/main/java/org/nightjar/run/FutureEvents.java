package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.nightjar.clean.Cleaned;
import org.nightjar.config.Configuration;
import org.nightjar.config.GateSettings;
import org.nightjar.table.Events;

/**
 * Refuses a cutoff that is ahead of the clock, by the gate's rule {@code future}, before anything
 * is trained: one event with a wrong time would move the cutoff, and with it every window and every
 * decay. The clock decides nothing else. Where the rule only warns, the gate does so.
 */
final class FutureEvents {
  private static final double SECONDS_PER_DAY = 86_400;

  private FutureEvents() {}

  /**
   * Why the night cannot go on; empty when the cutoff is not too far ahead. Counts rows only then.
   */
  static Optional<String> problem(Cleaned cleaned, RunContext context) {
    GateSettings gate = context.configuration().gate();
    Duration ahead = Duration.between(context.startedAt(), cleaned.cutoff());
    double daysAhead = ahead.toSeconds() / SECONDS_PER_DAY;
    if (gate.level(GateSettings.Rule.FUTURE) != GateSettings.Level.REFUSE
        || daysAhead <= gate.maxDaysAhead()) {
      return Optional.empty();
    }
    boolean isLatest = context.configuration().cutoff().equals(Configuration.LATEST);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s, %.1f days ahead of the clock, permitted are %s (gate.maxDaysAhead). %s If times in"
                + " the future are meant, set gate.levels.future: off.",
            isLatest
                ? lastEvent(cleaned, context.startedAt(), gate.maxDaysAhead())
                : "The cutoff is " + cleaned.cutoff(),
            daysAhead,
            gate.maxDaysAhead(),
            isLatest
                ? "Correct the times in sources.events, or leave such events out by cutoff"
                    + " (--as-of) or clean.window.to."
                : "Choose an earlier cutoff (--as-of)."));
  }

  /** {@code latest} is a microsecond after the last event. */
  private static String lastEvent(Cleaned cleaned, Instant startedAt, double maxDaysAhead) {
    Instant limit = startedAt.plusSeconds((long) (maxDaysAhead * SECONDS_PER_DAY));
    long rows = cleaned.events().where(col(Events.EVENT_AT).gt(lit(limit))).count();
    return String.format(
        Locale.ROOT,
        "The last event is at %s (%d %s that far ahead)",
        cleaned.cutoff().minusNanos(1_000),
        rows,
        rows == 1 ? "row" : "rows");
  }
}
