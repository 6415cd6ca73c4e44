package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** A user's history with an item as of a cutoff, one row per pair with events. */
public final class UserItemFeatures {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Dense item index. */
  public static final String ITEM = Items.ITEM;

  /** Number of events, at least 1. */
  public static final String EVENTS = ItemFeatures.EVENTS;

  /** Σ 2^(−age/halfLife) over the events; events without a time have age 0. */
  public static final String DECAYED_EVENTS = ItemFeatures.DECAYED_EVENTS;

  /** Days from the last event to the cutoff; null without times. */
  public static final String DAYS_SINCE_LAST = "days_since_last";

  /** Days from the first event to the cutoff; null without times. */
  public static final String DAYS_SINCE_FIRST = "days_since_first";

  /** {@link #EVENTS} over all events of the user. */
  public static final String SHARE_OF_USER_EVENTS = "share_of_user_events";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "user_item_features",
          new StructType()
              .add(USER, IntegerType, false)
              .add(ITEM, IntegerType, false)
              .add(EVENTS, LongType, false)
              .add(DECAYED_EVENTS, DoubleType, false)
              .add(DAYS_SINCE_LAST, DoubleType)
              .add(DAYS_SINCE_FIRST, DoubleType)
              .add(SHARE_OF_USER_EVENTS, DoubleType, false),
          List.of(USER, ITEM));

  private UserItemFeatures() {}
}
