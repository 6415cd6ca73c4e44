package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What ranking and reasons need to know of a user beside the profile: how many events before the
 * cutoff, and the most recent distinct items, bounded so that a user with a million events weighs
 * no more than others. Users without events have no row.
 */
public final class UserContext {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Number of events before the cutoff. */
  public static final String EVENT_COUNT = "event_count";

  /**
   * Most recently touched distinct items, latest first, ties by item; at most {@link #MAX_HISTORY}.
   */
  public static final String HISTORY = "history";

  /** Number of events per entry of {@link #HISTORY}. */
  public static final String HISTORY_COUNTS = "history_counts";

  /**
   * Whole days from the first event to the cutoff per entry of {@link #HISTORY}; null: no times.
   */
  public static final String HISTORY_FIRST_DAYS = "history_first_days";

  /** Whole days from the last event to the cutoff per entry of {@link #HISTORY}; null: no times. */
  public static final String HISTORY_LAST_DAYS = "history_last_days";

  /** Bound on {@link #HISTORY}. */
  public static final int MAX_HISTORY = 100;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "user_context",
          new StructType()
              .add(USER, IntegerType, false)
              .add(EVENT_COUNT, LongType, false)
              .add(HISTORY, createArrayType(IntegerType, false), false)
              .add(HISTORY_COUNTS, createArrayType(LongType, false), false)
              .add(HISTORY_FIRST_DAYS, createArrayType(IntegerType), false)
              .add(HISTORY_LAST_DAYS, createArrayType(IntegerType), false),
          List.of(USER));

  private UserContext() {}
}
