package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * A few users of every activity segment, drawn by hash, whose lists the report shows with what they
 * bought. Holds real ids, as the recommendations do; the report masks them.
 */
public final class SampledUsers {
  /** The user's id. */
  public static final String USER_ID = Users.USER_ID;

  /** {@code cold}, {@code light} or {@code heavy}. */
  public static final String ACTIVITY = "activity";

  /** Known profile levels, each as {@code attribute=level}. */
  public static final String PROFILE = "profile";

  /** Number of events before the cutoff. */
  public static final String EVENTS = ItemFeatures.EVENTS;

  /** Item ids of the latest distinct purchases, latest first; at most {@link #MAX_ITEMS}. */
  public static final String BOUGHT = "bought";

  /** Number of events of each. */
  public static final String BOUGHT_EVENTS = "bought_events";

  /** Item ids of held-out purchases, ascending; at most {@link #MAX_ITEMS}; empty without any. */
  public static final String HELD_OUT = "held_out";

  /** Whether the list that was made without knowing them held each. */
  public static final String HELD_OUT_HIT = "held_out_hit";

  /** Bound on the arrays. */
  public static final int MAX_ITEMS = 20;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "sampled_users",
          new StructType()
              .add(USER_ID, StringType, false)
              .add(ACTIVITY, StringType, false)
              .add(PROFILE, createArrayType(StringType, false), false)
              .add(EVENTS, LongType, false)
              .add(BOUGHT, createArrayType(StringType, false), false)
              .add(BOUGHT_EVENTS, createArrayType(LongType, false), false)
              .add(HELD_OUT, createArrayType(StringType, false), false)
              .add(HELD_OUT_HIT, createArrayType(BooleanType, false), false),
          List.of(USER_ID));

  private SampledUsers() {}
}
