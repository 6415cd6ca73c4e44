package org.nightjar.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.InputException;

/**
 * A declared table: its name, its columns in order, and the columns that identify a row.
 *
 * @param name as it stands in messages and paths
 * @param schema the columns, in order
 * @param key names of the columns that are unique together
 */
public record Table(String name, StructType schema, List<String> key) {
  public Table {
    key = List.copyOf(key);
  }

  /** The rows with null columns for those of the table that they lack. */
  public Dataset<Row> filled(Dataset<Row> rows) {
    Dataset<Row> filled = rows;
    for (StructField field : schema.fields()) {
      if (!Arrays.asList(rows.columns()).contains(field.name())) {
        filled = filled.withColumn(field.name(), functions.lit(null).cast(field.dataType()));
      }
    }
    return filled;
  }

  /**
   * The rows with exactly this table's columns, in order and cast to nothing: a column that is
   * missing or of another type is an error.
   *
   * @throws InputException naming every missing or wrongly typed column
   */
  public Dataset<Row> conform(Dataset<Row> rows) {
    List<String> found = Arrays.asList(rows.columns());
    List<String> problems = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (!found.contains(field.name())) {
        problems.add(
            String.format(
                "Table '%s' has no column '%s' (%s); found: %s.",
                name, field.name(), field.dataType().simpleString(), String.join(", ", found)));
        continue;
      }
      String type = rows.schema().apply(field.name()).dataType().simpleString();
      if (!type.equals(field.dataType().simpleString())) {
        problems.add(
            String.format(
                "Column '%s' of table '%s' is %s but must be %s.",
                field.name(), name, type, field.dataType().simpleString()));
      }
    }
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    return rows.select(
        Arrays.stream(schema.fieldNames()).map(functions::col).toArray(Column[]::new));
  }

  /** The columns of one schema, then those of another. */
  static StructType concat(StructType first, StructType second) {
    StructType both = first;
    for (StructField field : second.fields()) {
      both = both.add(field);
    }
    return both;
  }

  /** This table with further columns behind its own. */
  public Table with(StructField... further) {
    StructType wider = schema;
    for (StructField field : further) {
      wider = wider.add(field);
    }
    return new Table(name, wider, key);
  }
}
