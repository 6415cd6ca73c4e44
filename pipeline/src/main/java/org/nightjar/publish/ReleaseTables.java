package org.nightjar.publish;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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
 * @param userMetrics {@link org.nightjar.table.UserMetrics#PUBLISHED}, for the next night's gate
 * @param inputProfile {@link org.nightjar.table.InputProfile#TABLE}, for the next night's gate
 */
public record ReleaseTables(
    Dataset<Row> lists,
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> fallback,
    Dataset<Row> similarItems,
    Dataset<Row> metrics,
    Dataset<Row> userMetrics,
    Dataset<Row> inputProfile) {}
