package org.nightjar.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/**
 * The columns of the canonical tables under a configuration: the standard ones and the declared
 * attributes, each with its type; {@link DataTypes#NullType} for an attribute whose declaration is
 * unusable.
 */
final class CanonicalColumns {
  private CanonicalColumns() {}

  static Map<String, DataType> users(Configuration configuration) {
    return columns(Users.TABLE, configuration.userAttributes());
  }

  static Map<String, DataType> items(Configuration configuration) {
    return columns(Items.TABLE, configuration.itemAttributes());
  }

  static Map<String, DataType> events(Configuration configuration) {
    return columns(Events.TABLE, configuration.eventAttributes());
  }

  /** All three tables by name. */
  static Map<String, Map<String, DataType>> byTable(Configuration configuration) {
    Map<String, Map<String, DataType>> tables = new LinkedHashMap<>();
    tables.put(Users.TABLE.name(), users(configuration));
    tables.put(Items.TABLE.name(), items(configuration));
    tables.put(Events.TABLE.name(), events(configuration));
    return tables;
  }

  /** Whether ranges and outliers apply to a column of this type. */
  static boolean isNumeric(DataType type) {
    return type.equals(DataTypes.DoubleType) || type.equals(DataTypes.NullType);
  }

  private static Map<String, DataType> columns(Table table, Map<String, Attribute> attributes) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    for (StructField field : table.schema().fields()) {
      columns.put(field.name(), field.dataType());
    }
    attributes.forEach((name, attribute) -> columns.putIfAbsent(name, typeOf(attribute)));
    return columns;
  }

  private static DataType typeOf(Attribute attribute) {
    if (attribute == null) {
      return DataTypes.NullType;
    }
    return switch (attribute.type()) {
      case NUMERIC -> DataTypes.DoubleType;
      case TIMESTAMP -> DataTypes.TimestampType;
      case CATEGORICAL, ORDINAL, TEXT -> DataTypes.StringType;
    };
  }
}
