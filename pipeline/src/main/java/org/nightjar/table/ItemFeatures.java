package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createMapType;

import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What is known of each item as of a cutoff, one row per item. Behind the fixed columns stand those
 * of the configured windows and profile attributes. docs/FEATURES.md has every column.
 */
public final class ItemFeatures {
  /** Dense item index. */
  public static final String ITEM = Items.ITEM;

  /** Number of events; 0 without any. */
  public static final String EVENTS = "events";

  /** Number of users with events. */
  public static final String BUYERS = "buyers";

  /** Σ 2^(−age/halfLife) over events; events without a time have age 0. */
  public static final String DECAYED_EVENTS = "decayed_events";

  /**
   * (n_short + c·p) / (p · (n_long + c)): events in the shortest window over those expected from
   * the longest, p = short/long days, c = 10 imagined events; 1 is steady, above 1 rising. Null
   * without times or with fewer than two windows.
   */
  public static final String TREND = "trend";

  /** Share of buyers with events on two UTC days or more; null without buyers or times. */
  public static final String REPEAT_RATE = "repeat_rate";

  /** List price; else the mean price paid per unit before the cutoff; null if neither is known. */
  public static final String PRICE = "price";

  /** Band of {@link #PRICE} among the catalogue's quantiles, 1 = cheapest; null without price. */
  public static final String PRICE_BAND = "price_band";

  /** Top-level category; null when unknown. */
  public static final String CATEGORY = Items.CATEGORY;

  /** Days since launch, or since the first event if the launch is unknown or not before. */
  public static final String AGE_DAYS = "age_days";

  /** Days since the last event; null without events or times. */
  public static final String DAYS_SINCE_LAST = UserItemFeatures.DAYS_SINCE_LAST;

  /** The fixed columns. */
  public static final Table TABLE =
      new Table(
          "item_features",
          new StructType()
              .add(ITEM, IntegerType, false)
              .add(EVENTS, LongType, false)
              .add(BUYERS, LongType, false)
              .add(DECAYED_EVENTS, DoubleType, false)
              .add(TREND, DoubleType)
              .add(REPEAT_RATE, DoubleType)
              .add(PRICE, DoubleType)
              .add(PRICE_BAND, IntegerType)
              .add(CATEGORY, StringType)
              .add(AGE_DAYS, DoubleType)
              .add(DAYS_SINCE_LAST, DoubleType),
          List.of(ITEM));

  private ItemFeatures() {}

  /** Events within the last days: bigint, null without times. */
  public static StructField eventsWithin(int days) {
    return UserFeatures.eventsWithin(days);
  }

  /** Users with events within the last days: bigint, null without times. */
  public static StructField buyersWithin(int days) {
    return UserFeatures.field("buyers_" + days + "d", LongType);
  }

  /**
   * Share of buyers per value of a profile attribute, of buyers with a known one: map of value to
   * share; null without any.
   */
  public static StructField audience(String userAttribute) {
    return UserFeatures.field(
        Attributes.feature(userAttribute, "audience"), createMapType(StringType, DoubleType));
  }
}
