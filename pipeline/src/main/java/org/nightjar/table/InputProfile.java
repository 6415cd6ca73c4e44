package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * How the values of the cleaned input are distributed: column, bin, rows. Kept with a release, so
 * that the next night can be held against it.
 */
public final class InputProfile {
  /** Table and column, such as {@code events.amount}. */
  public static final String COLUMN = "column";

  /** A range of values or a value, in words that stay the same from night to night. */
  public static final String BIN = "bin";

  /** Rows with a value of that bin. */
  public static final String ROWS = CleanCounts.ROWS;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "input_profile",
          new StructType()
              .add(COLUMN, StringType, false)
              .add(BIN, StringType, false)
              .add(ROWS, LongType, false),
          List.of(COLUMN, BIN));

  private InputProfile() {}
}
