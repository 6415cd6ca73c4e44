package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What models and rules need to know of an item: its category at a level, its price band, its name,
 * and the words that describe it.
 */
public final class ItemTraits {
  /** Dense item index. */
  public static final String ITEM = Items.ITEM;

  /** Category name at the configured level; null when unknown. */
  public static final String CATEGORY = "trait_category";

  /** Quantile band of the price, from 0; null when the price is unknown. */
  public static final String PRICE_BAND = "trait_price_band";

  /** The item's text, or its id where there is none. */
  public static final String NAME = "trait_name";

  /**
   * What describes the item, array of text, in no order, with repetitions: the words of its text in
   * small letters, and its categories and attributes as {@code name:value}.
   */
  public static final String WORDS = "trait_words";

  /** The table. */
  public static final Table TABLE =
      new Table(
          "item_traits",
          new StructType()
              .add(ITEM, IntegerType, false)
              .add(CATEGORY, StringType)
              .add(PRICE_BAND, IntegerType)
              .add(NAME, StringType, false)
              .add(WORDS, createArrayType(StringType, false), false),
          List.of(ITEM));

  private ItemTraits() {}
}
