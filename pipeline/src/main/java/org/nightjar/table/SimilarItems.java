package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** Items like an item: item_id, rank, similar_item_id, score. */
public final class SimilarItems {
  /** The item. */
  public static final String ITEM_ID = Items.ITEM_ID;

  /** Place in the list, from 1. */
  public static final String RANK = Recommendations.RANK;

  /** The similar item; never the item itself. */
  public static final String SIMILAR_ITEM_ID = "similar_item_id";

  /** Cosine of item vectors, −1 to 1, or the similarity of the model with the neighbours. */
  public static final String SCORE = Recommendations.SCORE;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "similar_items",
          new StructType()
              .add(ITEM_ID, StringType, false)
              .add(RANK, IntegerType, false)
              .add(SIMILAR_ITEM_ID, StringType, false)
              .add(SCORE, DoubleType, false),
          List.of(ITEM_ID, RANK));

  private SimilarItems() {}
}
