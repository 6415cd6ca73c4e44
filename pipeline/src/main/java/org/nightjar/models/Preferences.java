package org.nightjar.models;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.round;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Events;

/** What a factorisation learns: one number per user and item. */
final class Preferences {
  /** Float: the pair's worth, or its mean rating. */
  static final String PREFERENCE = "preference";

  /** Digits kept, so that the order of summation never shows. */
  private static final int SCALE = 6;

  private Preferences() {}

  /**
   * {@code user}, {@code item}, {@link #PREFERENCE}: one row per pair with a positive worth; or, if
   * not implicit, per pair with ratings.
   *
   * @param implicit whether events count rather than the ratings in {@code value}
   * @param halfLifeDays days after which an event counts half; 0: events never fade
   * @param eventWeights weight by event type; types not named weigh 1
   */
  static Dataset<Row> of(
      Training training,
      boolean implicit,
      Strength strength,
      double halfLifeDays,
      Map<String, Double> eventWeights) {
    if (!implicit) {
      return training
          .events()
          .where(col(Events.VALUE).isNotNull())
          .groupBy(Events.USER, Events.ITEM)
          .agg(round(avg(Events.VALUE), SCALE).cast("float").as(PREFERENCE));
    }
    return Interactions.pairs(training.events(), training.cutoff(), halfLifeDays, eventWeights)
        .select(
            col(Events.USER),
            col(Events.ITEM),
            round(strength.of(col(Interactions.WEIGHT)), SCALE).cast("float").as(PREFERENCE))
        .where(col(PREFERENCE).gt(0));
  }
}
