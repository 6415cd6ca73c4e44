package org.nightjar.table;

import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** Every item as a reader of the lists needs it: item_id, name, category, events, buyers. */
public final class Catalogue {
  /** The item's id. */
  public static final String ITEM_ID = Items.ITEM_ID;

  /** Its text, or its id where there is none. */
  public static final String NAME = "name";

  /** Category name at the configured level; null when unknown. */
  public static final String CATEGORY = Items.CATEGORY;

  /** Number of events before the cutoff. */
  public static final String EVENTS = ItemFeatures.EVENTS;

  /** Number of users with events. */
  public static final String BUYERS = ItemFeatures.BUYERS;

  /** The table. */
  public static final Table TABLE =
      new Table(
          "catalogue",
          new StructType()
              .add(ITEM_ID, StringType, false)
              .add(NAME, StringType, false)
              .add(CATEGORY, StringType)
              .add(EVENTS, LongType, false)
              .add(BUYERS, LongType, false),
          List.of(ITEM_ID));

  private Catalogue() {}
}
