package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * {@link UserItemFeatures} of one user in one row, as parallel arrays by ascending item: what the
 * learned ranking looks up for a candidate. Bounded to the {@link #MAX_ITEMS} most recent items.
 * Users without events have no row.
 */
public final class UserPast {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Dense item indexes, ascending. */
  public static final String ITEMS = "past_items";

  /** {@link UserItemFeatures#EVENTS} of each. */
  public static final String EVENTS = "past_events";

  /** {@link UserItemFeatures#DECAYED_EVENTS} of each. */
  public static final String DECAYED = "past_decayed";

  /** {@link UserItemFeatures#DAYS_SINCE_LAST} of each; null without times. */
  public static final String DAYS_SINCE_LAST = "past_days_since_last";

  /** {@link UserItemFeatures#DAYS_SINCE_FIRST} of each; null without times. */
  public static final String DAYS_SINCE_FIRST = "past_days_since_first";

  /** Bound on {@link #ITEMS}. */
  public static final int MAX_ITEMS = 1_000;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "user_past",
          new StructType()
              .add(USER, IntegerType, false)
              .add(ITEMS, createArrayType(IntegerType, false), false)
              .add(EVENTS, createArrayType(LongType, false), false)
              .add(DECAYED, createArrayType(DoubleType, false), false)
              .add(DAYS_SINCE_LAST, createArrayType(DoubleType, true), false)
              .add(DAYS_SINCE_FIRST, createArrayType(DoubleType, true), false),
          List.of(USER));

  private UserPast() {}
}
