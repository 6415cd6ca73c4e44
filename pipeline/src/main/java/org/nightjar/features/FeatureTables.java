package org.nightjar.features;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * All features as of one cutoff. The tables are lazy and share intermediate rows that stay cached
 * until {@link #close}; write them before closing.
 *
 * @param userFeatures {@link org.nightjar.table.UserFeatures} with the configured columns
 * @param itemFeatures {@link org.nightjar.table.ItemFeatures} with the configured columns
 * @param userItemFeatures {@link org.nightjar.table.UserItemFeatures}
 * @param levels by categorical attribute of users, the values behind the places of its one-hot
 *     column
 * @param priceBandBounds upper bounds of all price bands but the last, ascending; empty without
 *     prices
 * @param warnings of columns with more levels than are told apart, each a full sentence
 * @param cached the intermediate rows
 */
public record FeatureTables(
    Dataset<Row> userFeatures,
    Dataset<Row> itemFeatures,
    Dataset<Row> userItemFeatures,
    Map<String, List<String>> levels,
    List<Double> priceBandBounds,
    List<String> warnings,
    List<Dataset<Row>> cached)
    implements AutoCloseable {
  /** Releases the intermediate rows. */
  @Override
  public void close() {
    cached.forEach(Dataset::unpersist);
  }
}
