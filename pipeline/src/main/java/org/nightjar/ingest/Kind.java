package org.nightjar.ingest;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.EpochUnit;

/** What a canonical column holds, and which Spark types can be read as it. */
enum Kind {
  TEXT("text"),
  NUMBER("a number"),
  TIME("a time"),
  FLAG("true or false"),
  PATH("a category path");

  final String noun;

  Kind(String noun) {
    this.noun = noun;
  }

  /** The Spark type of the canonical column. */
  DataType type() {
    return switch (this) {
      case TEXT -> DataTypes.StringType;
      case NUMBER -> DataTypes.DoubleType;
      case TIME -> DataTypes.TimestampType;
      case FLAG -> DataTypes.BooleanType;
      case PATH -> DataTypes.createArrayType(DataTypes.StringType);
    };
  }

  /** The kind of a canonical column. */
  static Kind of(DataType type) {
    if (type instanceof DoubleType) {
      return NUMBER;
    }
    if (type instanceof TimestampType) {
      return TIME;
    }
    if (type instanceof BooleanType) {
      return FLAG;
    }
    return type instanceof ArrayType ? PATH : TEXT;
  }

  /** Whether values of a Spark type can be read as this kind, under the mapping's format. */
  boolean reads(DataType found, ColumnMapping mapping) {
    if (found instanceof StringType || found instanceof NullType) {
      return true;
    }
    return switch (this) {
      case TEXT ->
          found instanceof NumericType
              || found instanceof BooleanType
              || found instanceof DateType
              || found instanceof TimestampType
              || found instanceof TimestampNTZType;
      case NUMBER -> found instanceof NumericType;
      case TIME ->
          found instanceof TimestampType
              || found instanceof TimestampNTZType
              || found instanceof DateType
              || (found instanceof NumericType && EpochUnit.of(mapping.format()).isPresent());
      case FLAG -> found instanceof BooleanType || found instanceof NumericType;
      case PATH -> found instanceof ArrayType array && TEXT.reads(array.elementType(), mapping);
    };
  }
}
