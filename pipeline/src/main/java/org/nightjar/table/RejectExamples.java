package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * A few rows that cleaning touched, of every source, rule and action. Ids of users, orders and
 * sessions are masked, and so are texts of the profile.
 */
public final class RejectExamples {
  /** Name of the source the row came from. */
  public static final String SOURCE = Rejects.SOURCE_TABLE;

  /** Name of the cleaning rule. */
  public static final String RULE = Rejects.RULE;

  /** What became of the row. */
  public static final String ACTION = Rejects.ACTION;

  /** Number of the example, from 1. */
  public static final String POSITION = Summaries.POSITION;

  /** What was wrong, with the value. */
  public static final String DETAIL = Rejects.DETAIL;

  /** The mapped source columns as {@code name: value} lines. */
  public static final String SOURCE_ROW = Rejects.SOURCE_ROW;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "reject_examples",
          new StructType()
              .add(SOURCE, StringType, false)
              .add(RULE, StringType, false)
              .add(ACTION, StringType, false)
              .add(POSITION, IntegerType, false)
              .add(DETAIL, StringType, false)
              .add(SOURCE_ROW, StringType, false),
          List.of(SOURCE, RULE, ACTION, POSITION));

  private RejectExamples() {}
}
