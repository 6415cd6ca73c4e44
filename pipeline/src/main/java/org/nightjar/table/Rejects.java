package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** One row per rejected or mended source row and rule. */
public final class Rejects {
  /**
   * Name of the source the row came from: {@code users}, {@code items}, or the event source's name.
   */
  public static final String SOURCE_TABLE = "table";

  /** Name of the cleaning rule, in kebab case. */
  public static final String RULE = "rule";

  /** One of {@link #DROPPED}, {@link #MENDED}, {@link #QUARANTINED}. */
  public static final String ACTION = "action";

  /**
   * The key of the row as text, columns joined by {@code |}; empty when the key itself is missing.
   */
  public static final String ROW_KEY = "row_key";

  /** What was wrong, with the value. */
  public static final String DETAIL = "detail";

  /** The mapped source columns as JSON. */
  public static final String SOURCE_ROW = "source_row";

  /** The row is gone. */
  public static final String DROPPED = "dropped";

  /** The row is kept with a changed value. */
  public static final String MENDED = "mended";

  /** The row is kept out of training and may be looked at. */
  public static final String QUARANTINED = "quarantined";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "rejects",
          new StructType()
              .add(SOURCE_TABLE, StringType, false)
              .add(RULE, StringType, false)
              .add(ACTION, StringType, false)
              .add(ROW_KEY, StringType)
              .add(DETAIL, StringType)
              .add(SOURCE_ROW, StringType),
          List.of());

  private Rejects() {}
}
