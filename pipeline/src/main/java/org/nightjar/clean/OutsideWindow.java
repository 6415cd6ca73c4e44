package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import java.time.Instant;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Events;
import org.nightjar.table.Rejects;

/**
 * Rejects events before {@code from} or at or after {@code to}; either may be null. Events without
 * a time stay.
 *
 * @param action of {@link Rejects}
 * @param permitted ends the detail
 */
record OutsideWindow(String name, Instant from, Instant to, String action, String permitted)
    implements Rule {
  /** Outside the permitted span of event times. */
  static final String NAME = "outside-window";

  /** At or after the cutoff. */
  static final String AFTER_CUTOFF = "after-cutoff";

  static OutsideWindow of(Instant from, Instant to) {
    return new OutsideWindow(NAME, from, to, Rejects.DROPPED, "");
  }

  static OutsideWindow afterCutoff(Instant cutoff) {
    return new OutsideWindow(AFTER_CUTOFF, null, cutoff, Rejects.DROPPED, "");
  }

  /** Events at times that cannot be true, see {@link ImplausibleTime}. */
  static OutsideWindow implausible(Instant from, Instant to) {
    return new OutsideWindow(
        ImplausibleTime.NAME, from, to, Rejects.QUARANTINED, ImplausibleTime.permitted(from, to));
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column at = col(Events.EVENT_AT);
    Column early = from == null ? lit(false) : at.lt(lit(from));
    Column late = to == null ? lit(false) : at.geq(lit(to));
    return Judgement.reject(
        judged,
        name,
        action,
        early.or(late),
        concat(lit(Events.EVENT_AT + " is "), at.cast("string"), lit(permitted)));
  }
}
