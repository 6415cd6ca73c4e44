package org.nightjar.features;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_micros;

import java.time.Instant;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.Elapsed;
import org.nightjar.table.Events;
import org.nightjar.table.UserContext;

/** Computes {@link UserContext}. */
public final class UserContexts {
  private static final String LAST_AT = "last_at";
  private static final String PAIR_COUNT = "pair_count";
  private static final String FIRST_DAYS = "first_days";
  private static final String LAST_DAYS = "last_days";
  private static final String PLACE = "place";
  private static final String ENTRIES = "entries";

  private UserContexts() {}

  /**
   * One row of {@link UserContext#TABLE} per user with events.
   *
   * @param events cleaned events before the cutoff
   */
  public static Dataset<Row> of(Dataset<Row> events, Instant cutoff) {
    Dataset<Row> pairs =
        events
            .groupBy(Events.USER, Events.ITEM)
            .agg(
                count(lit(1)).as(PAIR_COUNT),
                coalesce(unix_micros(max(Events.EVENT_AT)), lit(0L)).as(LAST_AT),
                daysBefore(cutoff, min(Events.EVENT_AT)).as(FIRST_DAYS),
                daysBefore(cutoff, max(Events.EVENT_AT)).as(LAST_DAYS));
    Dataset<Row> placed =
        pairs
            .withColumn(
                PLACE,
                row_number()
                    .over(
                        Window.partitionBy(Events.USER)
                            .orderBy(col(LAST_AT).desc(), col(Events.ITEM))))
            .withColumn(
                UserContext.EVENT_COUNT, sum(PAIR_COUNT).over(Window.partitionBy(Events.USER)));
    return placed
        .where(col(PLACE).leq(UserContext.MAX_HISTORY))
        .groupBy(Events.USER)
        .agg(
            max(UserContext.EVENT_COUNT).as(UserContext.EVENT_COUNT),
            array_sort(
                    collect_list(
                        struct(
                            negate(col(LAST_AT)).as(LAST_AT),
                            col(Events.ITEM).as(Events.ITEM),
                            col(PAIR_COUNT).as(PAIR_COUNT),
                            col(FIRST_DAYS).as(FIRST_DAYS),
                            col(LAST_DAYS).as(LAST_DAYS))))
                .as(ENTRIES))
        .select(
            col(Events.USER),
            col(UserContext.EVENT_COUNT),
            transform(col(ENTRIES), e -> e.getField(Events.ITEM)).as(UserContext.HISTORY),
            transform(col(ENTRIES), e -> e.getField(PAIR_COUNT)).as(UserContext.HISTORY_COUNTS),
            transform(col(ENTRIES), e -> e.getField(FIRST_DAYS)).as(UserContext.HISTORY_FIRST_DAYS),
            transform(col(ENTRIES), e -> e.getField(LAST_DAYS)).as(UserContext.HISTORY_LAST_DAYS));
  }

  private static Column daysBefore(Instant cutoff, Column time) {
    return floor(Elapsed.days(time, cutoff)).cast("int");
  }
}
