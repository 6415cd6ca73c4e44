package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** What to show a user who has no row in the recommendations: segment, rank, item_id, score. */
public final class Fallback {
  /** {@link #EVERYONE}, or {@code attribute=value}. */
  public static final String SEGMENT = "segment";

  /** Place in the list, from 1. */
  public static final String RANK = Recommendations.RANK;

  /** The item's id. */
  public static final String ITEM_ID = Items.ITEM_ID;

  /** The fallback model's score. */
  public static final String SCORE = Recommendations.SCORE;

  /** The segment that holds for all users. */
  public static final String EVERYONE = "all";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "fallback",
          new StructType()
              .add(SEGMENT, StringType, false)
              .add(RANK, IntegerType, false)
              .add(ITEM_ID, StringType, false)
              .add(SCORE, DoubleType, false),
          List.of(SEGMENT, RANK));

  private Fallback() {}
}
