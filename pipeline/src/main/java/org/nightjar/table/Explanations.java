package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What the rows of {@link Recommendations} are made of: the score that the row's source gives the
 * item, and the parts that weigh most. Rows whose source cannot tell are missing.
 */
public final class Explanations {
  /** The user's id. */
  public static final String USER_ID = Recommendations.USER_ID;

  /** Place in the list. */
  public static final String RANK = Recommendations.RANK;

  /** The item's id. */
  public static final String ITEM_ID = Recommendations.ITEM_ID;

  /** Name of the model whose score is taken apart. */
  public static final String SOURCE = Recommendations.SOURCE;

  /** The score that it gives the item, before blending; of models of the profile its logarithm. */
  public static final String MODEL_SCORE = "model_score";

  /** The largest parts, largest first; at most {@link #MOST}. */
  public static final String PARTS = "parts";

  /** What the other parts add up to: {@link #PARTS} and this sum to {@link #MODEL_SCORE}. */
  public static final String REST = "rest";

  /** Of a part: {@code had} (a past purchase), {@code profile} or {@code everybody}. */
  public static final String KIND = "kind";

  /** Of a part: an item id, or {@code attribute=level}; empty for {@code everybody}. */
  public static final String WHAT = "what";

  /** Of a part: what it adds. */
  public static final String VALUE = "value";

  /** {@link #KIND} of a past purchase. */
  public static final String HAD = "had";

  /** Bound on {@link #PARTS}. */
  public static final int MOST = 3;

  private static final StructType PART =
      new StructType()
          .add(KIND, StringType, false)
          .add(WHAT, StringType, false)
          .add(VALUE, DoubleType, false);

  private static final StructType TAKEN_APART =
      new StructType()
          .add(RANK, IntegerType, false)
          .add(ITEM_ID, StringType, false)
          .add(SOURCE, StringType, false)
          .add(MODEL_SCORE, DoubleType, false)
          .add(PARTS, createArrayType(PART, false), false)
          .add(REST, DoubleType, false);

  /** As published. */
  public static final Table TABLE =
      new Table(
          "explanations",
          Table.concat(new StructType().add(USER_ID, StringType, false), TAKEN_APART),
          List.of(USER_ID, RANK));

  /** Inside: the dense index of the user instead of the id. */
  public static final Table INDEXED =
      new Table(
          TABLE.name(),
          Table.concat(new StructType().add(Users.USER, IntegerType, false), TAKEN_APART),
          List.of(Users.USER, RANK));

  private Explanations() {}
}
