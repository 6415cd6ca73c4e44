package org.nightjar.explore;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Attributes;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/**
 * The levels of some text columns with how many rows have them: the most frequent ones by name, the
 * others together.
 *
 * @param byColumn levels to show, in the order in which to show them; columns without a level are
 *     missing
 */
record Levels(Map<String, List<Level>> byColumn) {
  /** Levels of a distribution. */
  private static final int SHOWN = 40;

  /** Levels of a table of two columns. */
  static final int PAIRED = 12;

  private static final String NAME = "name";
  private static final String LEVEL = "level";
  private static final String ROWS = "rows";
  private static final String PLACE = "place";
  private static final String ALL = "all";

  /** A level; the kind as in {@link Section#DISTRIBUTION}. */
  record Level(String kind, String name, long rows) {}

  /**
   * Counts in one pass. Only the most frequent levels reach the driver, ties by name.
   *
   * @param rows with the columns
   * @param orders by column, its declared order; empty for columns without one, which go by
   *     frequency
   */
  static Levels of(Dataset<Row> rows, Map<String, List<String>> orders) {
    Map<String, List<Level>> levels = new LinkedHashMap<>();
    if (orders.isEmpty()) {
      return new Levels(levels);
    }
    Map<String, Long> found = new LinkedHashMap<>();
    exploded(rows, orders.keySet().stream().toList())
        .groupBy(NAME, LEVEL)
        .agg(count(lit(1)).as(ROWS))
        .withColumn(ALL, sum(ROWS).over(Window.partitionBy(NAME)))
        .withColumn(
            PLACE,
            row_number()
                .over(
                    Window.partitionBy(NAME)
                        .orderBy(col(LEVEL).isNull().desc(), col(ROWS).desc(), col(LEVEL))))
        .where(col(PLACE).leq(SHOWN + 1))
        .orderBy(NAME, PLACE)
        .collectAsList()
        .forEach(
            row -> {
              String name = row.getAs(NAME);
              String level = row.getAs(LEVEL);
              String kind = level == null ? Section.UNKNOWN : Section.LEVEL;
              long n = row.<Long>getAs(ROWS);
              found.merge(name, n, Long::sum);
              List<Level> ofColumn = levels.computeIfAbsent(name, key -> new ArrayList<>());
              ofColumn.add(new Level(kind, level == null ? "unknown" : level, n));
              if (row.<Integer>getAs(PLACE) == SHOWN + 1) {
                long rest = row.<Long>getAs(ALL) - found.get(name);
                if (rest > 0) {
                  ofColumn.add(new Level(Section.OTHER, "all others", rest));
                }
              }
            });
    Map<String, List<Level>> ordered = new LinkedHashMap<>();
    orders.forEach(
        (name, order) -> {
          if (levels.containsKey(name)) {
            ordered.put(name, ordered(levels.get(name), order));
          }
        });
    return new Levels(ordered);
  }

  /** Declared levels in their order, then the rest by frequency, others and unknown last. */
  private static List<Level> ordered(List<Level> levels, List<String> order) {
    List<String> kinds = List.of(Section.LEVEL, Section.OTHER, Section.UNKNOWN);
    return levels.stream()
        .sorted(
            Comparator.comparingInt((Level level) -> kinds.indexOf(level.kind()))
                .thenComparingInt(
                    level -> {
                      int at = order.indexOf(level.name());
                      return at < 0 ? Integer.MAX_VALUE : at;
                    })
                .thenComparing(Comparator.comparingLong(Level::rows).reversed())
                .thenComparing(Level::name))
        .toList();
  }

  /** {@code name}, {@code level}: a row per row and column; the level is null when unknown. */
  private static Dataset<Row> exploded(Dataset<Row> rows, List<String> columns) {
    Column[] cells =
        columns.stream()
            .map(name -> struct(lit(name).as(NAME), col(name).cast("string").as(LEVEL)))
            .toArray(Column[]::new);
    return rows.select(explode(array(cells)).as(LEVEL)).select(LEVEL + ".*");
  }

  /** The columns with at least two levels, which can be held against others; at most so many. */
  List<String> comparable(int most) {
    return byColumn.keySet().stream().filter(name -> paired(name).size() > 1).limit(most).toList();
  }

  /** The most frequent levels of a column, in its order, and whatever else is as one. */
  List<String> paired(String column) {
    List<Level> named =
        byColumn.getOrDefault(column, List.of()).stream()
            .filter(level -> level.kind().equals(Section.LEVEL))
            .toList();
    List<String> kept =
        named.stream()
            .sorted(Comparator.comparingLong(Level::rows).reversed().thenComparing(Level::name))
            .limit(PAIRED)
            .map(Level::name)
            .toList();
    List<String> names =
        new ArrayList<>(named.stream().map(Level::name).filter(kept::contains).toList());
    boolean rest = byColumn.getOrDefault(column, List.of()).stream().anyMatch(this::isOther);
    if (named.size() > kept.size() || rest) {
      names.add(rest(names));
    }
    return names;
  }

  private boolean isOther(Level level) {
    return level.kind().equals(Section.OTHER);
  }

  /** A name for the rest that is no level's. */
  private static String rest(List<String> names) {
    String rest = "all others";
    while (names.contains(rest)) {
      rest = rest + "…";
    }
    return rest;
  }

  /** The level as {@link #paired} names it; null stays null. */
  Column folded(String column) {
    List<String> names = paired(column);
    Column level = col(column).cast("string");
    if (names.size() <= PAIRED) {
      return level;
    }
    return when(level.isNull().or(level.isin(names.subList(0, PAIRED).toArray())), level)
        .otherwise(lit(names.get(PAIRED)));
  }

  /** The distributions, one per column. */
  List<Figure> figures(String table, String measure) {
    List<Figure> figures = new ArrayList<>();
    byColumn.forEach(
        (name, levels) -> {
          for (int at = 0; at < levels.size(); at++) {
            Level level = levels.get(at);
            figures.add(
                Figure.of(
                    Section.DISTRIBUTION,
                    table + "." + Attributes.name(name),
                    "",
                    measure,
                    level.kind(),
                    at,
                    level.name(),
                    (double) level.rows()));
          }
        });
    return figures;
  }
}
