package org.nightjar.generate;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import org.apache.spark.sql.types.StructType;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * The generated sources' columns. They are called as the canonical ones, but are as a shop would
 * deliver them: times and category paths are text.
 */
final class ShopTables {
  /** Folder of each source, which is also its name in the configuration. */
  static final String USERS = Users.TABLE.name();

  static final String ITEMS = Items.TABLE.name();
  static final String EVENTS = Events.TABLE.name();

  static final String AGE = "age";
  static final String GENDER = "gender";
  static final String REGION = "region";
  static final String INCOME = "income";
  static final String SIGNED_UP = "signed_up";
  static final String BRAND = "brand";

  /** What was spoilt in the row; null: nothing. Counted and left out when the table is written. */
  static final String DIRT = "dirt";

  static final StructType USER_ROWS =
      new StructType()
          .add(Users.USER_ID, StringType)
          .add(AGE, IntegerType)
          .add(GENDER, StringType)
          .add(REGION, StringType)
          .add(INCOME, StringType)
          .add(SIGNED_UP, StringType)
          .add(DIRT, StringType);

  static final StructType ITEM_ROWS =
      new StructType()
          .add(Items.ITEM_ID, StringType)
          .add(Items.CATEGORY, StringType)
          .add(Items.PRICE, DoubleType)
          .add(Items.TEXT, StringType)
          .add(BRAND, StringType)
          .add(Items.AVAILABLE, BooleanType)
          .add(Items.LAUNCHED_AT, StringType)
          .add(DIRT, StringType);

  static final StructType EVENT_ROWS =
      new StructType()
          .add(Events.USER_ID, StringType)
          .add(Events.ITEM_ID, StringType)
          .add(Events.EVENT_AT, StringType)
          .add(Events.QUANTITY, IntegerType)
          .add(Events.AMOUNT, DoubleType)
          .add(Events.ORDER_ID, StringType)
          .add(DIRT, StringType);

  private ShopTables() {}
}
