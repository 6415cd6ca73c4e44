package org.nightjar.models;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** The items of the largest weights of each key, as two parallel arrays of bounded length. */
final class Heaviest {
  /** Dense item indexes, array of int. */
  static final String ITEMS = "items";

  /** Weights in the order of {@link #ITEMS}, array of float. */
  static final String WEIGHTS = "weights";

  private static final String PLACE = "place";
  private static final String ENTRIES = "entries";

  private Heaviest() {}

  /**
   * The key columns, {@link #ITEMS}, {@link #WEIGHTS}, heaviest first; keys without rows have none.
   *
   * @param rows one per key and item
   * @param keys names of the key columns
   * @param item name of the column of item indexes
   * @param weight a column of numbers
   * @param limit most items per key
   * @param ties what comes first among equal weights, ascending; after that the lower item index
   */
  static Dataset<Row> perKey(
      Dataset<Row> rows, List<String> keys, String item, Column weight, int limit, Column... ties) {
    Column[] key = keys.stream().map(name -> col(name)).toArray(Column[]::new);
    List<Column> order = new ArrayList<>();
    order.add(negate(weight.cast("float")));
    order.addAll(Arrays.asList(ties));
    order.add(col(item));
    return rows.withColumn(
            PLACE, row_number().over(Window.partitionBy(key).orderBy(order.toArray(Column[]::new))))
        .where(col(PLACE).leq(limit))
        .groupBy(key)
        .agg(
            array_sort(
                    collect_list(
                        struct(col(PLACE), col(item).as(ITEMS), weight.cast("float").as(WEIGHTS))))
                .as(ENTRIES))
        .withColumn(ITEMS, transform(col(ENTRIES), e -> e.getField(ITEMS)))
        .withColumn(WEIGHTS, transform(col(ENTRIES), e -> e.getField(WEIGHTS)))
        .drop(ENTRIES);
  }
}
