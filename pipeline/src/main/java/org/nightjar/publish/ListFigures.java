package org.nightjar.publish;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Recommendations;

/**
 * Two releases' lists side by side.
 *
 * @param items distinct items in tonight's lists
 * @param lastItems the same of the last release
 * @param lastUsers users with a list in the last release
 * @param sharedUsers those who have one tonight too
 * @param sharedUserRows their rows tonight
 * @param sharedRows of these, rows whose item stood in the user's last list
 */
public record ListFigures(
    long items,
    long lastItems,
    long lastUsers,
    long sharedUsers,
    long sharedUserRows,
    long sharedRows) {

  private static final String NOW = "now";
  private static final String LAST = "last";
  private static final String BOTH = "both";

  /**
   * Reads both releases: one join of their rows.
   *
   * @param now {@code user_id}, {@code item_id}, each pair once
   * @param last likewise
   */
  public static ListFigures of(Dataset<Row> now, Dataset<Row> last) {
    String[] pair = {Recommendations.USER_ID, Recommendations.ITEM_ID};
    Dataset<Row> rows =
        now.select(Recommendations.USER_ID, Recommendations.ITEM_ID)
            .withColumn(NOW, lit(1L))
            .join(
                last.select(Recommendations.USER_ID, Recommendations.ITEM_ID)
                    .withColumn(LAST, lit(1L)),
                pair,
                "full");
    Dataset<Row> perUser =
        rows.groupBy(Recommendations.USER_ID)
            .agg(
                total(col(NOW)).as(NOW),
                total(col(LAST)).as(LAST),
                total(when(col(NOW).isNotNull(), col(LAST))).as(BOTH));
    Column shared = col(NOW).gt(0).and(col(LAST).gt(0));
    Row users =
        perUser
            .agg(
                count(when(col(LAST).gt(0), 1)),
                count(when(shared, 1)),
                total(when(shared, col(NOW))),
                total(when(shared, col(BOTH))))
            .first();
    Row items =
        rows.groupBy(Recommendations.ITEM_ID)
            .agg(max(NOW).as(NOW), max(LAST).as(LAST))
            .agg(count(NOW), count(LAST))
            .first();
    return new ListFigures(
        items.getLong(0),
        items.getLong(1),
        users.getLong(0),
        users.getLong(1),
        users.getLong(2),
        users.getLong(3));
  }

  private static Column total(Column rows) {
    return coalesce(sum(rows), lit(0L));
  }

  /** Share of rows that the user's last list did not have; 0 without users in both. */
  public double churn() {
    return sharedUserRows == 0 ? 0 : (double) (sharedUserRows - sharedRows) / sharedUserRows;
  }

  /** Share of the last release's users who have no list any more. */
  public double lostUsers() {
    return lastUsers == 0 ? 0 : (double) (lastUsers - sharedUsers) / lastUsers;
  }

  /** Tonight's distinct items by last time's; 1 when there were none. */
  public double itemsOfLast() {
    return lastItems == 0 ? 1 : (double) items / lastItems;
  }

  /**
   * Share of users who get the commonest list; 0 without users.
   *
   * @param lists one row per user, with an array of items, best first
   * @param items the array's column
   */
  public static double identicalShare(Dataset<Row> lists, String items) {
    Row counts = lists.groupBy(items).agg(count(lit(1)).as(BOTH)).agg(max(BOTH), sum(BOTH)).first();
    return counts.isNullAt(0) ? 0 : (double) counts.getLong(0) / counts.getLong(1);
  }
}
