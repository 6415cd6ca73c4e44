package org.nightjar.models;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Events;

/**
 * What users had, one row per user: the items of the largest weights, heaviest first (ties by
 * ascending item index), and their weights. Bounded, so that a user with a million items weighs no
 * more than others.
 */
final class Histories {
  /** Dense item indexes, array of int. */
  static final String ITEMS = "items";

  /** Weights in the order of {@link #ITEMS}, array of float. */
  static final String WEIGHTS = "weights";

  private static final String PLACE = "place";
  private static final String ENTRIES = "entries";

  private Histories() {}

  /**
   * {@code user}, {@link #ITEMS}, {@link #WEIGHTS}; users without pairs have no row.
   *
   * @param pairs {@code user}, {@code item} and the weight, one row per pair
   * @param weight a column of numbers
   * @param limit most items per user
   */
  static Dataset<Row> of(Dataset<Row> pairs, Column weight, int limit) {
    Column heaviest = negate(col(WEIGHTS));
    return pairs
        .select(col(Events.USER), col(Events.ITEM), weight.cast("float").as(WEIGHTS))
        .withColumn(
            PLACE,
            row_number().over(Window.partitionBy(Events.USER).orderBy(heaviest, col(Events.ITEM))))
        .where(col(PLACE).leq(limit))
        .groupBy(Events.USER)
        .agg(
            array_sort(collect_list(struct(col(PLACE), col(Events.ITEM).as(ITEMS), col(WEIGHTS))))
                .as(ENTRIES))
        .select(
            col(Events.USER),
            transform(col(ENTRIES), e -> e.getField(ITEMS)).as(ITEMS),
            transform(col(ENTRIES), e -> e.getField(WEIGHTS)).as(WEIGHTS));
  }

  /**
   * Users with their history.
   *
   * @param histories see {@link #of}
   * @param input name of the column added: a struct of {@link #ITEMS} and {@link #WEIGHTS}, null
   *     for users without one
   */
  static Dataset<Row> attach(Dataset<Row> users, Dataset<Row> histories, String input) {
    return users.join(
        histories.select(col(Events.USER), struct(ITEMS, WEIGHTS).as(input)),
        new String[] {Events.USER},
        "left");
  }
}
