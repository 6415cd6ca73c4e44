package org.nightjar.features;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The values that categorical columns take, in ascending order; of a column with more than {@link
 * #MAX_LEVELS} the most frequent ones (ties by value), then {@link #OTHER} for the rest.
 *
 * @param byColumn levels by column name
 */
record Levels(Map<String, List<String>> byColumn) {
  /** Most levels of a column that are told apart. */
  static final int MAX_LEVELS = 1000;

  /** Stands for all levels beyond {@link #MAX_LEVELS}. */
  static final String OTHER = "other";

  private static final String NAME = "level_column";
  private static final String LEVEL = "level";
  private static final String ROWS = "level_rows";
  private static final String PLACE = "level_place";

  /**
   * Collects levels in one pass: at most {@value #MAX_LEVELS} + 1 per column reach the driver.
   *
   * @param columns expressions of text by name; none gives no levels and runs nothing
   */
  static Levels of(Dataset<Row> rows, Map<String, Column> columns) {
    Map<String, List<String>> levels = new LinkedHashMap<>();
    columns.keySet().forEach(name -> levels.put(name, new ArrayList<>()));
    if (columns.isEmpty()) {
      return new Levels(levels);
    }
    commonest(rows, columns, MAX_LEVELS + 1)
        .forEach(
            (name, found) -> {
              List<String> kept = levels.get(name);
              kept.addAll(found.subList(0, Math.min(found.size(), MAX_LEVELS)));
              Collections.sort(kept);
              if (found.size() > MAX_LEVELS && !kept.contains(OTHER)) {
                kept.add(OTHER);
              }
            });
    return new Levels(levels);
  }

  /**
   * Collects the most frequent values of each column in one pass, ties by value; columns without
   * any are missing.
   *
   * @param columns expressions of text by name, at least one
   * @param most how many values of a column reach the driver
   */
  static Map<String, List<String>> commonest(
      Dataset<Row> rows, Map<String, Column> columns, int most) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    rows.select(explode(entries(columns)).as(LEVEL))
        .select(col(LEVEL).getField(NAME).as(NAME), col(LEVEL).getField(LEVEL).as(LEVEL))
        .filter(col(LEVEL).isNotNull())
        .groupBy(col(NAME), col(LEVEL))
        .agg(count(lit(1)).as(ROWS))
        .withColumn(
            PLACE,
            row_number().over(Window.partitionBy(col(NAME)).orderBy(col(ROWS).desc(), col(LEVEL))))
        .filter(col(PLACE).leq(most))
        .select(col(NAME), col(LEVEL), col(PLACE))
        .orderBy(col(NAME), col(PLACE))
        .collectAsList()
        .forEach(
            row ->
                found
                    .computeIfAbsent(row.getString(0), name -> new ArrayList<>())
                    .add(row.getString(1)));
    return found;
  }

  /** An array of (column name, value) structs. */
  static Column entries(Map<String, Column> columns) {
    return array(
        columns.entrySet().stream()
            .map(entry -> struct(lit(entry.getKey()).as(NAME), entry.getValue().as(LEVEL)))
            .toArray(Column[]::new));
  }

  /** Name of the column in an element of {@link #entries}. */
  static Column nameOf(Column entry) {
    return entry.getField(NAME);
  }

  /** Value in an element of {@link #entries}. */
  static Column levelOf(Column entry) {
    return entry.getField(LEVEL);
  }

  /** The value if it has a level of its own, else {@link #OTHER}; null stays null. */
  Column folded(String name, Column value) {
    Collection<String> levels = byColumn.get(name);
    return levels.contains(OTHER)
        ? when(value.isNull().or(value.isin(levels.toArray())), value).otherwise(lit(OTHER))
        : value;
  }
}
