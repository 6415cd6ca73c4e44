package org.nightjar.features;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;

/**
 * The values that a categorical column takes, in ascending order; of a column with more than so
 * many the most frequent ones (ties by value), then {@link #OTHER} for the rest.
 *
 * <p>Values are looked up in one function each, so that a plan is as small for a thousand levels as
 * for two.
 *
 * @param values the levels
 * @param all how many levels the column has
 * @param rows rows with a value
 * @param otherRows of these, the ones whose value is none of the levels
 */
record Levels(List<String> values, long all, long rows, long otherRows) {
  /** Stands for all levels beyond the most frequent ones. */
  static final String OTHER = "other";

  private static final Levels NONE = new Levels(List.of(), 0, 0, 0);
  private static final String NAME = "level_column";
  private static final String LEVEL = "level";
  private static final String ROWS = "level_rows";
  private static final String PLACE = "level_place";
  private static final String ALL = "level_count";
  private static final String ALL_ROWS = "level_all_rows";

  /**
   * Collects levels in one pass.
   *
   * @param columns expressions of text by name; none runs nothing
   * @param most how many levels of a column are told apart; as many reach the driver
   * @return by name, in the order of the columns
   */
  static Map<String, Levels> of(Dataset<Row> rows, Map<String, Column> columns, int most) {
    Map<String, Levels> levels = new LinkedHashMap<>();
    columns.keySet().forEach(name -> levels.put(name, NONE));
    Map<String, List<Row>> byName = new HashMap<>();
    mostFrequent(rows, columns, most)
        .forEach(row -> byName.computeIfAbsent(row.getAs(NAME), n -> new ArrayList<>()).add(row));
    byName.forEach((name, found) -> levels.put(name, of(found)));
    return levels;
  }

  private static Levels of(List<Row> found) {
    List<String> values = new ArrayList<>();
    long shown = 0;
    for (Row row : found) {
      values.add(row.getAs(LEVEL));
      shown += row.<Long>getAs(ROWS);
    }
    Collections.sort(values);
    long all = found.get(0).getAs(ALL);
    long rows = found.get(0).getAs(ALL_ROWS);
    if (all > found.size() && !values.contains(OTHER)) {
      values.add(OTHER);
    }
    return new Levels(List.copyOf(values), all, rows, rows - shown);
  }

  /**
   * Collects the most frequent values of each column in one pass, most frequent first, ties by
   * value; columns without any are missing.
   *
   * @param columns expressions of text by name
   * @param most how many values of a column reach the driver
   */
  static Map<String, List<String>> commonest(
      Dataset<Row> rows, Map<String, Column> columns, int most) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    mostFrequent(rows, columns, most)
        .forEach(
            row ->
                found
                    .computeIfAbsent(row.getAs(NAME), name -> new ArrayList<>())
                    .add(row.getAs(LEVEL)));
    return found;
  }

  private static List<Row> mostFrequent(Dataset<Row> rows, Map<String, Column> columns, int most) {
    if (columns.isEmpty()) {
      return List.of();
    }
    return rows.select(explode(entries(columns)).as(LEVEL))
        .select(nameOf(col(LEVEL)).as(NAME), levelOf(col(LEVEL)).as(LEVEL))
        .filter(col(LEVEL).isNotNull())
        .groupBy(col(NAME), col(LEVEL))
        .agg(count(lit(1)).as(ROWS))
        .withColumn(
            PLACE,
            row_number().over(Window.partitionBy(col(NAME)).orderBy(col(ROWS).desc(), col(LEVEL))))
        .withColumn(ALL, count(lit(1)).over(Window.partitionBy(col(NAME))))
        .withColumn(ALL_ROWS, sum(ROWS).over(Window.partitionBy(col(NAME))))
        .filter(col(PLACE).leq(most))
        .orderBy(col(NAME), col(PLACE))
        .collectAsList();
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
  Column folded(Column value) {
    if (otherRows == 0) {
      return value;
    }
    Set<String> known = new HashSet<>(values);
    UDF1<String, String> fold = level -> level == null || known.contains(level) ? level : OTHER;
    return udf(fold, DataTypes.StringType).apply(value);
  }

  /** Place of a value among some, from 0; null where it is none of them. */
  static Column place(List<String> values, Column value) {
    Map<String, Integer> places = new HashMap<>();
    for (String each : values) {
      places.putIfAbsent(each, places.size());
    }
    UDF1<String, Integer> place = places::get;
    return udf(place, DataTypes.IntegerType).apply(value);
  }

  /**
   * What to say of a column with more levels than are told apart; empty of others.
   *
   * @param column as the configuration writes it
   * @param what its rows are: users, items
   */
  Optional<String> warning(String column, String what) {
    return otherRows == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s has %d levels, of which features tell the most frequent %d apart"
                    + " (features.maxLevels); the others, those of %.1f %% of the %s with a value,"
                    + " count as '%s'. Raise that number, or map it to something coarser.",
                column,
                all,
                values.contains(OTHER) ? values.size() - 1 : values.size(),
                100.0 * otherRows / rows,
                what,
                OTHER));
  }
}
