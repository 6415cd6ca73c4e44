package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * Which items speak for an item: one row per item that has such neighbours. The lists run most
 * similar first (ties by ascending item index) and are of equal length; an item is never its own
 * neighbour.
 */
public final class Neighbours {
  /** Dense index of the item spoken for. */
  public static final String ITEM = Items.ITEM;

  /** Dense item indexes, most similar first. */
  public static final String NEIGHBOURS = "neighbours";

  /** What having each of {@link #NEIGHBOURS} adds to the item; finite and above 0. */
  public static final String SIMILARITIES = "similarities";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "neighbours",
          new StructType()
              .add(ITEM, IntegerType, false)
              .add(NEIGHBOURS, createArrayType(IntegerType, false), false)
              .add(SIMILARITIES, createArrayType(FloatType, false), false),
          List.of(ITEM));

  private Neighbours() {}
}
