package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.apache.spark.sql.types.DataTypes.createMapType;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What is known of each user as of a cutoff, one row per user. Behind the fixed columns stand those
 * of the configured windows, item attributes and profile attributes. docs/FEATURES.md has every
 * column with unit and meaning of null.
 */
public final class UserFeatures {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Number of events; 0 without any. */
  public static final String FREQUENCY_EVENTS = "frequency_events";

  /** Number of different items. */
  public static final String DISTINCT_ITEMS = "distinct_items";

  /** Share of events that are not the first with their item; null without events. */
  public static final String REPEAT_SHARE = "repeat_share";

  /** Days from the last event to the cutoff; null without events or times. */
  public static final String RECENCY_DAYS = "recency_days";

  /** Days from the first event to the cutoff; null without events or times. */
  public static final String TENURE_DAYS = "tenure_days";

  /** Different UTC days with events; null without times. */
  public static final String ACTIVE_DAYS = "active_days";

  /** Different orders; events without an order id make one order per UTC day. */
  public static final String ORDERS = "orders";

  /** Mean days between successive active days; null with fewer than two. */
  public static final String INTER_PURCHASE_DAYS = "inter_purchase_days";

  /** Mean events per order; null without orders. */
  public static final String BASKET_LINES = "basket_lines";

  /** Units; null if the user has events but none has a quantity. */
  public static final String UNITS = "units";

  /** Money paid; null if the user has events but none has an amount. */
  public static final String MONETARY_AMOUNT = "monetary_amount";

  /** {@link #MONETARY_AMOUNT} per order. */
  public static final String AVERAGE_ORDER_AMOUNT = "average_order_amount";

  /** Discount over undiscounted price, of events with both known; null without any. */
  public static final String DISCOUNT_SHARE = "discount_share";

  /** Share of events per top-level category, of those with a known one; null without any. */
  public static final String CATEGORY_SHARES = "category_shares";

  /** −Σ share · ln share over the categories, in nats; null without categories. */
  public static final String CATEGORY_ENTROPY_NATS = "category_entropy_nats";

  /** Share of events per price band, cheapest first; null without priced items. */
  public static final String PRICE_BAND_SHARES = "price_band_shares";

  /** Share of events per UTC hour, from 0; null without times. */
  public static final String HOUR_SHARES = "hour_shares";

  /** Share of events per UTC weekday, Monday first; null without times. */
  public static final String WEEKDAY_SHARES = "weekday_shares";

  /** The fixed columns. */
  public static final Table TABLE =
      new Table(
          "user_features",
          new StructType()
              .add(USER, IntegerType, false)
              .add(FREQUENCY_EVENTS, LongType, false)
              .add(DISTINCT_ITEMS, LongType, false)
              .add(REPEAT_SHARE, DoubleType)
              .add(RECENCY_DAYS, DoubleType)
              .add(TENURE_DAYS, DoubleType)
              .add(ACTIVE_DAYS, LongType)
              .add(ORDERS, LongType, false)
              .add(INTER_PURCHASE_DAYS, DoubleType)
              .add(BASKET_LINES, DoubleType)
              .add(UNITS, DoubleType)
              .add(MONETARY_AMOUNT, DoubleType)
              .add(AVERAGE_ORDER_AMOUNT, DoubleType)
              .add(DISCOUNT_SHARE, DoubleType)
              .add(shareMap(CATEGORY_SHARES))
              .add(CATEGORY_ENTROPY_NATS, DoubleType)
              .add(array(PRICE_BAND_SHARES))
              .add(array(HOUR_SHARES))
              .add(array(WEEKDAY_SHARES)),
          List.of(USER));

  private UserFeatures() {}

  /** Events within the last days: bigint, null without times. */
  public static StructField eventsWithin(int days) {
    return field("events_" + days + "d", LongType);
  }

  /**
   * Share of events per level of an item attribute: map of level to share, of events with a known
   * one; null without any.
   */
  public static StructField shares(String itemAttribute) {
    return shareMap(Attributes.feature(itemAttribute, "shares"));
  }

  /** Sparse vector: a 1 at the level's place; empty when missing. */
  public static StructField oneHot(String attribute) {
    return field(Attributes.feature(attribute, "one_hot"), SQLDataTypes.VectorType());
  }

  /** Place in the declared order, from 0; null when missing. */
  public static StructField index(String attribute) {
    return field(Attributes.feature(attribute, "index"), IntegerType);
  }

  /** The number, scaled as configured; null when missing. */
  public static StructField scaled(String attribute) {
    return field(Attributes.feature(attribute, "scaled"), DoubleType);
  }

  /** Days from the time to the cutoff; null when missing or not before the cutoff. */
  public static StructField ageDays(String attribute) {
    return field(Attributes.feature(attribute, "age_days"), DoubleType);
  }

  /** Whether the profile has no usable value. */
  public static StructField missing(String attribute) {
    return field(Attributes.feature(attribute, "missing"), BooleanType);
  }

  private static StructField array(String name) {
    return field(name, createArrayType(DoubleType));
  }

  static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private static StructField shareMap(String name) {
    return field(name, createMapType(StringType, DoubleType));
  }
}
