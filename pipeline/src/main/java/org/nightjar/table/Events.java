package org.nightjar.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.nightjar.Elapsed;

/**
 * Events, one row per interaction, then the context attributes that the configuration declares
 * (device, channel). Cleaned events carry the dense indexes {@code user} and {@code item} instead
 * of the ids.
 */
public final class Events {
  /** The user's id. */
  public static final String USER_ID = Users.USER_ID;

  /** The item's id. */
  public static final String ITEM_ID = Items.ITEM_ID;

  /** Dense index of the user; cleaned events only. */
  public static final String USER = Users.USER;

  /** Dense index of the item; cleaned events only. */
  public static final String ITEM = Items.ITEM;

  /** {@code purchase}, {@code view}, {@code cart}, {@code rating}, … */
  public static final String EVENT_TYPE = "event_type";

  /** When it happened, UTC; null only when the source has no times at all. */
  public static final String EVENT_AT = "event_at";

  /** Units; null when the source has none. */
  public static final String QUANTITY = "quantity";

  /** Money paid for the line, in the shop's currency; null when the source has none. */
  public static final String AMOUNT = "amount";

  /** Rating; null for other events. */
  public static final String VALUE = "value";

  /** Basket or order; null when the source has none. */
  public static final String ORDER_ID = "order_id";

  /** Session; null when the source has none. */
  public static final String SESSION_ID = "session_id";

  /** Money taken off the line as a discount, at least 0; null when the source has none. */
  public static final String DISCOUNT = "discount";

  /**
   * The instant that counts as now for the event's user, UTC: in the events of a view that has a
   * cutoff for each user, see {@code org.nightjar.evaluate.UserCutoffs}; absent from other tables.
   */
  public static final String USER_CUTOFF = "_user_cutoff";

  private static final StructType MEASURES =
      new StructType()
          .add(EVENT_TYPE, StringType, false)
          .add(EVENT_AT, TimestampType)
          .add(QUANTITY, DoubleType)
          .add(AMOUNT, DoubleType)
          .add(DISCOUNT, DoubleType)
          .add(VALUE, DoubleType)
          .add(ORDER_ID, StringType)
          .add(SESSION_ID, StringType);

  /** Canonical events without context attributes. */
  public static final Table TABLE =
      new Table(
          "events",
          Table.concat(
              new StructType().add(USER_ID, StringType, false).add(ITEM_ID, StringType, false),
              MEASURES),
          List.of());

  /** Cleaned events without context attributes. */
  public static final Table CLEAN =
      new Table(
          "events",
          Table.concat(
              new StructType().add(USER, IntegerType, false).add(ITEM, IntegerType, false),
              MEASURES),
          List.of());

  private Events() {}

  /** Whether each user has a cutoff of their own in these events. */
  public static boolean haveUserCutoffs(Dataset<Row> events) {
    return List.of(events.columns()).contains(USER_CUTOFF);
  }

  /**
   * Days from an event to {@link #USER_CUTOFF} where the events have it, else to the cutoff; null
   * without a time.
   */
  public static Column ageDays(Dataset<Row> events, Instant cutoff) {
    return haveUserCutoffs(events)
        ? Elapsed.daysBetween(col(EVENT_AT), col(USER_CUTOFF))
        : Elapsed.days(col(EVENT_AT), cutoff);
  }
}
