package org.nightjar.models;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.table.Events;

/**
 * What users had, one row per user: the items of the largest weights, heaviest first (of equals the
 * latest, then the lowest item index), and their weights. Bounded, so that a user with a million
 * items weighs no more than others.
 */
final class Histories {
  /** Dense item indexes, array of int. */
  static final String ITEMS = Heaviest.ITEMS;

  /** Weights in the order of {@link #ITEMS}, array of float. */
  static final String WEIGHTS = Heaviest.WEIGHTS;

  /** What every model with such a setting says of it. */
  static final String MAX_HISTORY_SETTING =
      "Most items of a user, or of one basket, that count: those of the largest weights, of equals the"
          + " latest. 1 to 2,000; the work of a fit grows with its square.";

  /** The default of that setting. */
  static final String MAX_HISTORY = "500";

  /** Weights below it, those of single events twelve half-lives old, count as none. */
  static final double FAINTEST = 0x1p-12;

  private static final int LONGEST = 2_000;

  private Histories() {}

  /** Checks the setting described by {@link #MAX_HISTORY_SETTING}. */
  static void check(int maxHistory) {
    Require.that(
        maxHistory >= 1 && maxHistory <= LONGEST,
        "maxHistory is %s but must be from 1 to %s items",
        maxHistory,
        LONGEST);
  }

  /**
   * {@code user}, {@link #ITEMS}, {@link #WEIGHTS}; users without pairs have no row.
   *
   * @param pairs see {@link Interactions#pairs}
   * @param weight a column of numbers
   * @param limit most items per user
   */
  static Dataset<Row> of(Dataset<Row> pairs, Column weight, int limit) {
    return Heaviest.perKey(
        pairs,
        List.of(Events.USER),
        Events.ITEM,
        weight,
        limit,
        col(Interactions.WEIGHT).desc(),
        col(Interactions.LATEST_DAYS));
  }

  /**
   * What users had, for models of neighbours: {@link #of} with what has faded out left out.
   *
   * @param halfLifeDays days after which an event counts half; 0: events never fade
   * @param typeWeights weight by event type; types not named weigh 1
   * @param limit most items per user
   */
  static Dataset<Row> of(
      Training training,
      Strength strength,
      double halfLifeDays,
      Map<String, Double> typeWeights,
      int limit) {
    return of(
        Interactions.pairs(training.events(), training.cutoff(), halfLifeDays, typeWeights)
            .where(col(Interactions.WEIGHT).geq(FAINTEST)),
        strength.of(col(Interactions.WEIGHT)),
        limit);
  }

  /**
   * Users with their history.
   *
   * @param histories see {@link #of}
   * @param input name of the column added: a struct of {@link #ITEMS} and {@link #WEIGHTS}, null
   *     for users without one
   */
  static Dataset<Row> attach(Dataset<Row> users, Dataset<Row> histories, String input) {
    return users.join(
        histories.select(col(Events.USER), struct(ITEMS, WEIGHTS).as(input)),
        new String[] {Events.USER},
        "left");
  }
}
