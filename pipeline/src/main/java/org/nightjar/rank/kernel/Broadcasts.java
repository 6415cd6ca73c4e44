package org.nightjar.rank.kernel;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Broadcasting from Java. */
public final class Broadcasts {
  private Broadcasts() {}

  /** The value, sent once to every executor. */
  public static <T> Broadcast<T> of(SparkSession spark, T value) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(value);
  }
}
