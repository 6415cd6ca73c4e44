package org.nightjar.rank.kernel;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Broadcasting from Java, with an owner: the {@link SparkScope} in which it happens. */
public final class Broadcasts {
  private Broadcasts() {}

  /** The value, sent once to every executor; released when the scope ends. */
  public static <T> Broadcast<T> of(SparkSession spark, T value) {
    return SparkScope.owned(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(value));
  }
}
