package org.nightjar.features;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.UserItemFeatures;
import org.nightjar.table.UserPast;

/** Computes {@link UserPast}. */
public final class UserPasts {
  private static final String PLACE = "place";
  private static final String ENTRIES = "entries";

  private UserPasts() {}

  /**
   * One row of {@link UserPast#TABLE} per user.
   *
   * @param userItemFeatures {@link UserItemFeatures#TABLE}
   */
  public static Dataset<Row> of(Dataset<Row> userItemFeatures) {
    return UserPast.TABLE.conform(
        userItemFeatures
            .withColumn(
                PLACE,
                row_number()
                    .over(
                        Window.partitionBy(UserItemFeatures.USER)
                            .orderBy(
                                col(UserItemFeatures.DAYS_SINCE_LAST).asc_nulls_last(),
                                col(UserItemFeatures.ITEM))))
            .where(col(PLACE).leq(UserPast.MAX_ITEMS))
            .groupBy(UserItemFeatures.USER)
            .agg(
                array_sort(
                        collect_list(
                            struct(
                                UserItemFeatures.ITEM,
                                UserItemFeatures.EVENTS,
                                UserItemFeatures.DECAYED_EVENTS,
                                UserItemFeatures.DAYS_SINCE_LAST,
                                UserItemFeatures.DAYS_SINCE_FIRST)))
                    .as(ENTRIES))
            .select(
                col(UserPast.USER),
                each(UserItemFeatures.ITEM).as(UserPast.ITEMS),
                each(UserItemFeatures.EVENTS).as(UserPast.EVENTS),
                each(UserItemFeatures.DECAYED_EVENTS).as(UserPast.DECAYED),
                each(UserItemFeatures.DAYS_SINCE_LAST).as(UserPast.DAYS_SINCE_LAST),
                each(UserItemFeatures.DAYS_SINCE_FIRST).as(UserPast.DAYS_SINCE_FIRST)));
  }

  private static Column each(String field) {
    return transform(col(ENTRIES), entry -> entry.getField(field));
  }
}
