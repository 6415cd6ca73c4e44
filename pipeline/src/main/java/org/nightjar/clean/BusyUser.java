package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Events;
import org.nightjar.table.Rejects;

/**
 * Bots and scripted accounts: quarantines all events of a user who has more than {@code
 * maxEventsPerDay} on any UTC day. Events without a time are not counted.
 */
record BusyUser(long maxEventsPerDay) implements Rule {
  static final String NAME = "bot";
  private static final String PER_DAY = "_per_day";
  private static final String BUSIEST = "_busiest";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Column user = col(Events.USER_ID);
    Column day = to_date(col(Events.EVENT_AT));
    Column eventsPerDay = count(lit(1)).over(Judgement.among(user, day));
    Dataset<Row> counted =
        judged
            .withColumn(PER_DAY, when(day.isNotNull(), eventsPerDay))
            .withColumn(BUSIEST, max(col(PER_DAY)).over(Judgement.among(user)));
    return Judgement.reject(
            counted,
            NAME,
            Rejects.QUARANTINED,
            col(BUSIEST).gt(maxEventsPerDay),
            concat(
                lit("the user has "),
                col(BUSIEST).cast("string"),
                lit(" events on one day, permitted: " + maxEventsPerDay)))
        .drop(PER_DAY, BUSIEST);
  }
}
