package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.StructType;

/**
 * Figures of the held-out evaluation: run_id, model, segment, metric, k, value, ci_low, ci_high,
 * users.
 */
public final class Metrics {
  /** The run. */
  public static final String RUN_ID = "run_id";

  /** The model's name in the configuration, or {@link #BLEND}. */
  public static final String MODEL = Candidates.MODEL;

  /**
   * {@code all}, {@code history=cold|warm}, {@code truth=new|repeat}, {@code activity=…} or {@code
   * attribute=value}.
   */
  public static final String SEGMENT = Fallback.SEGMENT;

  /** Name of the metric in lower case, such as {@code map}. */
  public static final String METRIC = "metric";

  /** List length at which the metric is cut. */
  public static final String K = "k";

  /** The mean over users. */
  public static final String VALUE = "value";

  /**
   * Lower end of the bootstrap interval; null for metrics that are no mean over users (coverage).
   */
  public static final String CI_LOW = "ci_low";

  /** Upper end of the bootstrap interval. */
  public static final String CI_HIGH = "ci_high";

  /** Users with truth in the segment. */
  public static final String USERS = "users";

  /**
   * The name under which the blend's lists stand in {@link #MODEL}; they are the final ones unless
   * the ranking is learned.
   */
  public static final String BLEND = "blend";

  /** The same for the lists of the learned ranking, used for every user. */
  public static final String LEARNED = "learned";

  /** The same for the final lists, where the ranking is learned. */
  public static final String PUBLISHED = "published";

  private static final String DIVERSITY = "diversity-";

  /** The same for lists as published but re-ranked for variety at this strength. */
  public static String diversity(double strength) {
    return DIVERSITY + strength;
  }

  /**
   * The same for lists made as the published ones are, but by the models that do not look at
   * profiles.
   */
  public static final String WITHOUT_PROFILES = "without-profiles";

  /** The ways of ranking, from the simplest to the one that is published. */
  public static final List<String> RANKINGS = List.of(WITHOUT_PROFILES, BLEND, LEARNED, PUBLISHED);

  /** Whether the name is kept for a way of ranking, whatever its case. */
  public static boolean isRanking(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return RANKINGS.contains(folded) || folded.startsWith(DIVERSITY);
  }

  /** The table. */
  public static final Table TABLE =
      new Table(
          "metrics",
          new StructType()
              .add(RUN_ID, StringType, false)
              .add(MODEL, StringType, false)
              .add(SEGMENT, StringType, false)
              .add(METRIC, StringType, false)
              .add(K, IntegerType, false)
              .add(VALUE, DoubleType, false)
              .add(CI_LOW, DoubleType)
              .add(CI_HIGH, DoubleType)
              .add(USERS, LongType, false),
          List.of(RUN_ID, MODEL, SEGMENT, METRIC, K));

  private Metrics() {}
}
