package org.nightjar.features;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.config.FeatureSettings;
import org.nightjar.table.Events;
import org.nightjar.table.UserFeatures;
import org.nightjar.table.UserItemFeatures;

/**
 * Events added up per user and item: the one pass over the events from which the user, item and
 * user-item features that do not look at orders or hours are made.
 */
final class Pairs {
  static final String EVENTS = "pair_events";
  static final String DECAYED = "pair_decayed_billionths";
  static final String FIRST_AT = "pair_first_at";
  static final String LAST_AT = "pair_last_at";
  static final String AMOUNT = "pair_amount_millionths";
  static final String UNITS = "pair_units_millionths";

  /** Money of events with a positive quantity, for the price paid per unit. */
  static final String PRICED_AMOUNT = "pair_priced_amount_millionths";

  static final String PRICED_UNITS = "pair_priced_units_millionths";
  static final String DISCOUNT = "pair_discount_millionths";

  /** Undiscounted price of events whose amount and discount are known. */
  static final String GROSS = "pair_gross_millionths";

  private static final String DECAYED_OF_USER = "pair_decayed_of_user_billionths";

  private Pairs() {}

  /** Column of the events within a window. */
  static String within(int days) {
    return "pair_" + UserFeatures.eventsWithin(days).name();
  }

  /** The same, in the user's own days where users have cutoffs of their own. */
  static String within(int days, AsOf ofUser) {
    return ofUser.ofUser() ? within(days) + "_of_user" : within(days);
  }

  private static String decayed(AsOf ofUser) {
    return ofUser.ofUser() ? DECAYED_OF_USER : DECAYED;
  }

  /**
   * One row per user and item; with {@link Events#USER_CUTOFF} where users have their own.
   *
   * @param asOf for the items' side
   * @param ofUser for the users' side
   */
  static Dataset<Row> of(Dataset<Row> events, AsOf asOf, AsOf ofUser, FeatureSettings settings) {
    Column amount = col(Events.AMOUNT);
    Column quantity = col(Events.QUANTITY);
    Column discount = col(Events.DISCOUNT);
    Column priced = amount.isNotNull().and(quantity.gt(0));
    Column discountKnown = amount.isNotNull().and(discount.isNotNull());
    List<Column> sums = new ArrayList<>();
    sums.add(sum(asOf.decayedBillionths(settings.halfLifeDays())).as(DECAYED));
    sums.add(min(col(Events.EVENT_AT)).as(FIRST_AT));
    sums.add(max(col(Events.EVENT_AT)).as(LAST_AT));
    sums.add(AsOf.sumOfMillionths(amount).as(AMOUNT));
    sums.add(AsOf.sumOfMillionths(quantity).as(UNITS));
    sums.add(AsOf.sumOfMillionths(when(priced, amount)).as(PRICED_AMOUNT));
    sums.add(AsOf.sumOfMillionths(when(priced, quantity)).as(PRICED_UNITS));
    sums.add(AsOf.sumOfMillionths(when(discountKnown, discount)).as(DISCOUNT));
    sums.add(AsOf.sumOfMillionths(when(discountKnown, amount.plus(discount))).as(GROSS));
    for (int days : settings.windowsDays()) {
      sums.add(sum(asOf.within(days)).as(within(days)));
    }
    if (ofUser.ofUser()) {
      sums.add(max(col(Events.USER_CUTOFF)).as(Events.USER_CUTOFF));
      sums.add(sum(ofUser.decayedBillionths(settings.halfLifeDays())).as(decayed(ofUser)));
      for (int days : settings.windowsDays()) {
        sums.add(sum(ofUser.within(days)).as(within(days, ofUser)));
      }
    }
    return events
        .groupBy(col(Events.USER), col(Events.ITEM))
        .agg(count(lit(1)).as(EVENTS), sums.toArray(Column[]::new));
  }

  /** {@link UserItemFeatures#TABLE}. */
  static Dataset<Row> features(Dataset<Row> pairs, AsOf ofUser) {
    Column eventsOfUser = sum(col(EVENTS)).over(Window.partitionBy(col(Events.USER)));
    return UserItemFeatures.TABLE.conform(
        pairs.select(
            col(Events.USER),
            col(Events.ITEM),
            col(EVENTS).as(UserItemFeatures.EVENTS),
            AsOf.fromBillionths(col(decayed(ofUser))).as(UserItemFeatures.DECAYED_EVENTS),
            ofUser.daysSince(col(LAST_AT)).as(UserItemFeatures.DAYS_SINCE_LAST),
            ofUser.daysSince(col(FIRST_AT)).as(UserItemFeatures.DAYS_SINCE_FIRST),
            AsOf.share(col(EVENTS), eventsOfUser).as(UserItemFeatures.SHARE_OF_USER_EVENTS)));
  }
}
