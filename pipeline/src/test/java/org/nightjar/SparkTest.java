package org.nightjar;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The one local Spark session of the test JVM, and literal rows. */
public abstract class SparkTest {
  /** Two threads, four shuffle partitions, UTC, no web page. */
  protected static final SparkSession spark =
      SparkSession.builder()
          .master("local[2]")
          .appName("nightjar-tests")
          .config("spark.ui.enabled", "false")
          .config("spark.sql.shuffle.partitions", "4")
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .getOrCreate();

  /** A Dataset of the given rows. */
  protected static Dataset<Row> rows(StructType schema, Row... rows) {
    return spark.createDataFrame(Arrays.asList(rows), schema);
  }

  /** A row of the given values. */
  protected static Row row(Object... values) {
    return RowFactory.create(values);
  }

  /** The rows, each as text, in text order: for comparing tables whatever their order. */
  protected static List<String> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
