package org.nightjar.models;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Events;

/** Events gathered to one row per user and item. */
final class Interactions {
  /** Σ weight(event type) · 2^(−age/halfLife) over the pair's events, double. */
  static final String WEIGHT = "weight";

  /** The same, but of the pair's best event alone: a buyer counts once however often they buy. */
  static final String ONCE = "once";

  /** Number of the pair's events, long. */
  static final String COUNT = "count";

  /** Days from the pair's last event to the cutoff, see {@link #ageDays}, double, at least 0. */
  static final String LATEST_DAYS = "latest_days";

  /** Digits kept of a weight, so that the order of summation never shows. */
  static final int WEIGHT_SCALE = 9;

  private Interactions() {}

  /**
   * One row per user and item: {@code user}, {@code item}, {@link #WEIGHT}, {@link #ONCE}, {@link
   * #COUNT}, {@link #LATEST_DAYS}. Pairs of weight 0 are left out. Events without a time count as
   * if they had just happened.
   *
   * @param events cleaned events before the cutoff
   * @param halfLifeDays days after which an event counts half; 0: events never fade
   * @param typeWeights weight by event type; types not named weigh 1
   */
  static Dataset<Row> pairs(
      Dataset<Row> events, Instant cutoff, double halfLifeDays, Map<String, Double> typeWeights) {
    Column weight = weight(events, cutoff, halfLifeDays, typeWeights);
    return events
        .groupBy(Events.USER, Events.ITEM)
        .agg(
            rounded(sum(weight)).as(WEIGHT),
            rounded(max(weight)).as(ONCE),
            count(lit(1)).as(COUNT),
            rounded(min(ageDays(events, cutoff))).as(LATEST_DAYS))
        .where(col(WEIGHT).gt(0));
  }

  /**
   * To {@link #WEIGHT_SCALE} digits; Spark's round goes by way of decimals, which takes far longer.
   */
  private static Column rounded(Column value) {
    Column unit = lit(Math.pow(10, WEIGHT_SCALE));
    return rint(value.multiply(unit)).divide(unit);
  }

  /**
   * The same by the calendar, for what items sell in which weeks: ages count from the cutoff also
   * where users have cutoffs of their own.
   */
  static Dataset<Row> pairsByCalendar(
      Dataset<Row> events, Instant cutoff, double halfLifeDays, Map<String, Double> typeWeights) {
    return pairs(events.drop(Events.USER_CUTOFF), cutoff, halfLifeDays, typeWeights);
  }

  /** weight(event type) · 2^(−age/halfLife) of an event, see {@link #pairs}. */
  static Column weight(
      Dataset<Row> events, Instant cutoff, double halfLifeDays, Map<String, Double> typeWeights) {
    Column weight = typeWeight(typeWeights);
    return halfLifeDays > 0
        ? weight.multiply(pow(lit(2.0), ageDays(events, cutoff).divide(lit(-halfLifeDays))))
        : weight;
  }

  /** {@link Events#ageDays}, at least 0; 0 for events without a time. */
  static Column ageDays(Dataset<Row> events, Instant cutoff) {
    return greatest(coalesce(Events.ageDays(events, cutoff), lit(0.0)), lit(0.0));
  }

  private static Column typeWeight(Map<String, Double> typeWeights) {
    Column weight = lit(1.0);
    for (Map.Entry<String, Double> entry : typeWeights.entrySet()) {
      weight =
          when(col(Events.EVENT_TYPE).equalTo(entry.getKey()), lit(entry.getValue()))
              .otherwise(weight);
    }
    return weight;
  }
}
