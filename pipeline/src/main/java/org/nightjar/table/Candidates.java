package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What the models propose: one row per user and model. The lists run best first (ties by ascending
 * item index) and are of equal length, so that a billion (user, item, score) triples travel as a
 * few million rows.
 */
public final class Candidates {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** The model's name in the configuration. */
  public static final String MODEL = "model";

  /** Dense item indexes, best first. */
  public static final String ITEMS = "items";

  /** The model's scores, in the order of {@link #ITEMS}. */
  public static final String SCORES = "scores";

  /** What one model's {@code propose} gives. */
  public static final Table OF_ONE_MODEL =
      new Table(
          "candidates",
          new StructType()
              .add(USER, IntegerType, false)
              .add(ITEMS, createArrayType(IntegerType, false), false)
              .add(SCORES, createArrayType(FloatType, false), false),
          List.of(USER));

  /** All models' candidates. */
  public static final Table TABLE =
      new Table(
          "candidates",
          new StructType()
              .add(USER, IntegerType, false)
              .add(MODEL, StringType, false)
              .add(ITEMS, createArrayType(IntegerType, false), false)
              .add(SCORES, createArrayType(FloatType, false), false),
          List.of(USER, MODEL));

  private Candidates() {}
}
