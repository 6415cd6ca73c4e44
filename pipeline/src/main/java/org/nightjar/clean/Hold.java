package org.nightjar.clean;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Keeps an intermediate table that several readers need, so that it is computed once: by writing it
 * to Parquet and reading it back, or by a local checkpoint.
 */
@FunctionalInterface
public interface Hold {
  /**
   * The same rows, computed.
   *
   * @param name of the table, safe in a path and unique within one run
   */
  Dataset<Row> apply(String name, Dataset<Row> rows);
}
