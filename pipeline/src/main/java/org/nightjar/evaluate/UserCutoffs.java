package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.max;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Events;

/**
 * A cutoff for each user, where the question is what the user's next basket or event will be
 * whenever it comes: one microsecond after the last event that is known of the user. Ages of a
 * user's own events are counted from there, in holdout views and in the published one alike, so
 * that "in the last basket" is the same age in all of them. What items sold in which weeks stays
 * with the calendar.
 */
public final class UserCutoffs {
  private UserCutoffs() {}

  /**
   * The same rows with {@link Events#USER_CUTOFF}; null for users none of whose events has a time.
   *
   * @param events {@code user}, {@code event_at} and what else
   */
  public static Dataset<Row> attach(Dataset<Row> events) {
    Column last = max(col(Events.EVENT_AT)).over(Window.partitionBy(col(Events.USER)));
    return events.withColumn(Events.USER_CUTOFF, last.plus(expr("interval 1 microsecond")));
  }
}
