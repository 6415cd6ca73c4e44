package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What the models propose, one row per user: of one model a list, of all models together the
 * distinct items with every model's score. A billion (user, item, score) triples travel as a few
 * million rows.
 */
public final class Candidates {
  /** Dense user index. */
  public static final String USER = Users.USER;

  /** Item indexes that the user must not get, array of int; null: none. */
  public static final String EXCLUDED = "excluded";

  /** Item indexes that alone the user may get, ascending array of int; absent or null: all. */
  public static final String WITHIN = "within";

  /** Item indexes that the user has bought, ascending array of int. */
  public static final String BOUGHT = "bought";

  /** The model's name in the configuration, where rows of several models stand together. */
  public static final String MODEL = "model";

  /** Dense item indexes: best first for one model, ascending for all models together. */
  public static final String ITEMS = "items";

  /** The model's scores, in the order of {@link #ITEMS}. */
  public static final String SCORES = "scores";

  /**
   * Every model's scores, one model after the other in the order of the configuration, each in the
   * order of {@link #ITEMS}; NaN where a model knows nothing of the item or the user.
   */
  public static final String MODEL_SCORES = "model_scores";

  /** What one model's {@code propose} gives. */
  public static final Table OF_ONE_MODEL =
      new Table(
          "candidates",
          new StructType()
              .add(USER, IntegerType, false)
              .add(ITEMS, createArrayType(IntegerType, false), false)
              .add(SCORES, createArrayType(FloatType, false), false),
          List.of(USER));

  /** The columns that hold all models' candidates. */
  public static final StructType OF_ALL_MODELS =
      new StructType()
          .add(ITEMS, createArrayType(IntegerType, false), false)
          .add(MODEL_SCORES, createArrayType(FloatType, false), false);

  private Candidates() {}
}
