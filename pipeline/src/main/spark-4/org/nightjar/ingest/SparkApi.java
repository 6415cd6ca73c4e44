package org.nightjar.ingest;

import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/** What Spark 3.5 and Spark 4 call by other names; this one is for Spark 4. */
final class SparkApi {
  private SparkApi() {}

  /** The value as another type by the rules of ANSI SQL; null where it is none. */
  static Column tryCast(Column value, DataType type) {
    return value.try_cast(type);
  }

  /** The name of the condition that was met, such as {@code FAILED_READ_FILE}; may be null. */
  static String condition(SparkThrowable thrown) {
    return thrown.getCondition();
  }

  /** The text with replacement characters for bytes that are not UTF-8. */
  static Column validText(Column text) {
    return functions.make_valid_utf8(text);
  }
}
