package org.nightjar.models;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.unix_micros;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Events;

/**
 * What users took at one time: the items of an order, and of events without an order those of one
 * user and UTC day. Events without order and time are in no basket.
 */
final class Baskets {
  /** Names the basket among those of the user. */
  static final String BASKET = "basket";

  /** Microseconds since 1970 of the basket's first event; null for an order without times. */
  static final String STARTED_AT = "started_at";

  private static final String WEIGHT = "weight";

  private Baskets() {}

  /**
   * {@code user}, {@link #BASKET}, {@link #STARTED_AT}, {@link Heaviest#ITEMS}, {@link
   * Heaviest#WEIGHTS}: one row per basket. The weight of an item is that of its best event, however
   * often it is in the basket; items that have faded out are left out.
   *
   * @param halfLifeDays days after which an event counts half; 0: events never fade
   * @param typeWeights weight by event type; types not named weigh 1
   * @param limit most items per basket
   */
  static Dataset<Row> of(
      Training training, double halfLifeDays, Map<String, Double> typeWeights, int limit) {
    Column weight =
        Interactions.weight(training.events(), training.cutoff(), halfLifeDays, typeWeights);
    Column basket =
        coalesce(
            concat(lit("order "), col(Events.ORDER_ID)),
            concat(lit("day "), to_date(col(Events.EVENT_AT)).cast("string")));
    Dataset<Row> lines =
        training
            .events()
            .withColumn(BASKET, basket)
            .where(col(BASKET).isNotNull())
            .groupBy(Events.USER, BASKET, Events.ITEM)
            .agg(
                round(max(weight), Interactions.WEIGHT_SCALE).as(WEIGHT),
                min(unix_micros(col(Events.EVENT_AT))).as(STARTED_AT))
            .where(col(WEIGHT).geq(Histories.FAINTEST))
            .withColumn(STARTED_AT, min(STARTED_AT).over(Window.partitionBy(Events.USER, BASKET)));
    return Heaviest.perKey(
        lines, List.of(Events.USER, BASKET, STARTED_AT), Events.ITEM, col(WEIGHT), limit);
  }
}
