package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * One user's own figures in the held-out evaluation: model, user, metric, k, value. Kept apart from
 * {@link Metrics} so that two models, or two nights, can be compared on the same users.
 */
public final class UserMetrics {
  /** The model's name in the configuration, or {@link Metrics#BLEND}. */
  public static final String MODEL = Metrics.MODEL;

  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Name of the metric in lower case. */
  public static final String METRIC = Metrics.METRIC;

  /** List length at which the metric is cut. */
  public static final String K = Metrics.K;

  /** The user's figure, 0 to 1. */
  public static final String VALUE = Metrics.VALUE;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "user_metrics",
          new StructType()
              .add(MODEL, StringType, false)
              .add(USER, IntegerType, false)
              .add(METRIC, StringType, false)
              .add(K, IntegerType, false)
              .add(VALUE, DoubleType, false),
          List.of(MODEL, USER, METRIC, K));

  /** The user's id; of {@link #PUBLISHED} only. */
  public static final String USER_ID = Users.USER_ID;

  /**
   * The figures of the lists that are published, by id: kept with a release, so that the next night
   * can be compared on the same users.
   */
  public static final Table PUBLISHED =
      new Table(
          TABLE.name(),
          new StructType()
              .add(USER_ID, StringType, false)
              .add(METRIC, StringType, false)
              .add(K, IntegerType, false)
              .add(VALUE, DoubleType, false),
          List.of(USER_ID, METRIC, K));

  private UserMetrics() {}
}
