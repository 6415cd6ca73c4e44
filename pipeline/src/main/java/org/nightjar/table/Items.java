package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * Items, one row each, then the further attributes that the configuration declares. Cleaned items
 * also carry {@code item}, the dense index: the position of the id among all ids in ascending
 * order, from 0.
 */
public final class Items {
  /** The id as the source has it. */
  public static final String ITEM_ID = "item_id";

  /** The dense index of {@link #ITEM_ID}. */
  public static final String ITEM = "item";

  /** Path of category names, most general first; null or empty when unknown. */
  public static final String CATEGORY = "category";

  /** List price in the shop's currency; null when unknown. */
  public static final String PRICE = "price";

  /** Name or description. */
  public static final String TEXT = "text";

  /** Whether the item may be recommended now; null counts as true. */
  public static final String AVAILABLE = "available";

  /** When the item entered the range, UTC; null when unknown. */
  public static final String LAUNCHED_AT = "launched_at";

  private static final StructType COLUMNS =
      new StructType()
          .add(ITEM_ID, StringType, false)
          .add(CATEGORY, createArrayType(StringType))
          .add(PRICE, DoubleType)
          .add(TEXT, StringType)
          .add(AVAILABLE, BooleanType)
          .add(LAUNCHED_AT, TimestampType);

  /** Canonical items without further attributes. */
  public static final Table TABLE = new Table("items", COLUMNS, List.of(ITEM_ID));

  /** Cleaned items without further attributes. */
  public static final Table CLEAN =
      new Table(
          "items",
          Table.concat(new StructType().add(ITEM, IntegerType, false), COLUMNS),
          List.of(ITEM));

  private Items() {}
}
