package org.nightjar.publish;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Table;

/**
 * The rows of a release, before they are written. Each is counted and then written, so hand over
 * what is cheap to read twice: persisted or read from Parquet.
 *
 * @param lists {@link org.nightjar.table.Recommendations#INDEXED}
 * @param users {@code user}, {@code user_id} of at least the users in the lists, one row each
 * @param items {@code item}, {@code item_id} of at least the items in the lists, one row each;
 *     catalogue-sized, broadcast
 * @param fallback {@link org.nightjar.table.Fallback#TABLE}
 * @param similarItems {@link org.nightjar.table.SimilarItems#TABLE}
 * @param metrics {@link org.nightjar.table.Metrics#TABLE}
 * @param further what else is published as it is, by its declaration
 */
public record ReleaseTables(
    Dataset<Row> lists,
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> fallback,
    Dataset<Row> similarItems,
    Dataset<Row> metrics,
    Map<Table, Dataset<Row>> further) {}
