package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** The published lists: user_id, rank (1 = best), item_id, score, source, reason. */
public final class Recommendations {
  /** The user's id. */
  public static final String USER_ID = Users.USER_ID;

  /** Place in the list, from 1 without gaps. */
  public static final String RANK = "rank";

  /** The item's id. */
  public static final String ITEM_ID = Items.ITEM_ID;

  /** The ranker's score; comparable within one user's list only. */
  public static final String SCORE = "score";

  /** Name of the model that contributed most. */
  public static final String SOURCE = "source";

  /** A short sentence for people. */
  public static final String REASON = "reason";

  private static final StructType MEASURES =
      new StructType()
          .add(SCORE, DoubleType, false)
          .add(SOURCE, StringType, false)
          .add(REASON, StringType, false);

  /** As published. */
  public static final Table TABLE =
      new Table(
          "recommendations",
          Table.concat(
              new StructType()
                  .add(USER_ID, StringType, false)
                  .add(RANK, IntegerType, false)
                  .add(ITEM_ID, StringType, false),
              MEASURES),
          List.of(USER_ID, RANK));

  /** Inside: dense indexes instead of ids. */
  public static final Table INDEXED =
      new Table(
          "lists",
          Table.concat(
              new StructType()
                  .add(Users.USER, IntegerType, false)
                  .add(RANK, IntegerType, false)
                  .add(Items.ITEM, IntegerType, false),
              MEASURES),
          List.of(Users.USER, RANK));

  private Recommendations() {}
}
