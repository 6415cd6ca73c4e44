package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import java.time.Instant;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Events;

/**
 * Drops events before {@code from} or at or after {@code to}; either may be null. Events without a
 * time stay.
 */
record OutsideWindow(String name, Instant from, Instant to) implements Rule {
  /** Outside the permitted span of event times. */
  static final String NAME = "outside-window";

  /** At or after the cutoff. */
  static final String AFTER_CUTOFF = "after-cutoff";

  static OutsideWindow of(Instant from, Instant to) {
    return new OutsideWindow(NAME, from, to);
  }

  static OutsideWindow afterCutoff(Instant cutoff) {
    return new OutsideWindow(AFTER_CUTOFF, null, cutoff);
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column at = col(Events.EVENT_AT);
    Column early = from == null ? lit(false) : at.lt(lit(from));
    Column late = to == null ? lit(false) : at.geq(lit(to));
    return Judgement.drop(
        judged, name, early.or(late), concat(lit(Events.EVENT_AT + " is "), at.cast("string")));
  }
}
