package org.nightjar.explore;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Histogram;
import org.nightjar.table.Attributes;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;
import org.nightjar.table.UserFeatures;
import org.nightjar.table.UserItemFeatures;
import org.nightjar.table.Users;

/**
 * Who the users are, and whether that has to do with what they do: pictures of the profile
 * attributes, alone, in pairs, against categories and against behaviour.
 *
 * @param profiles {@code user} and the attributes as text levels, one row per user
 * @param levels of the attributes
 */
record ProfilePictures(Dataset<Row> profiles, Levels levels) {
  /** Attributes that are held against each other: 28 pairs. */
  private static final int MAX_COMPARED = 8;

  /** Significant digits of numbers that are ranked, so that few differ. */
  private static final int RANKED_DIGITS = 2;

  private static final List<String> RANKED =
      List.of(
          UserFeatures.FREQUENCY_EVENTS, UserFeatures.MONETARY_AMOUNT, UserFeatures.RECENCY_DAYS);

  private static final String CELL = "cell";
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final String FIRST_LEVEL = "first_level";
  private static final String SECOND_LEVEL = "second_level";
  private static final String NUMBER = "number";
  private static final String ROWS = "rows";

  static final String USERS = "users";
  static final String PAIRS = "pairs";
  static final String PER_USER = "per_user";

  /** What the figures call an attribute, given its column. */
  static String attribute(String name) {
    return USERS + "." + Attributes.name(name);
  }

  private List<String> compared() {
    return levels.comparable(MAX_COMPARED);
  }

  /** Users by two attributes, every pair of them in one pass, with χ² tests. */
  List<Figure> pairs() {
    List<String> names = compared();
    List<Column> cells = new ArrayList<>();
    for (int a = 0; a < names.size(); a++) {
      for (int b = a + 1; b < names.size(); b++) {
        cells.add(cell(names.get(a), names.get(b), levels.folded(names.get(b))));
      }
    }
    List<Figure> figures = new ArrayList<>();
    if (cells.isEmpty()) {
      return figures;
    }
    Map<List<String>, Long> counts = new HashMap<>();
    counted(profiles.select(exploded(cells)), count(lit(1)))
        .forEach(
            row ->
                counts.put(
                    List.of(row.getString(0), row.getString(1), row.getString(2), row.getString(3)),
                    row.getLong(4)));
    for (int a = 0; a < names.size(); a++) {
      for (int b = a + 1; b < names.size(); b++) {
        figures.addAll(pair(names.get(a), names.get(b), counts));
      }
    }
    return figures;
  }

  private List<Figure> pair(String first, String second, Map<List<String>, Long> counts) {
    List<String> lines = levels.paired(first);
    List<String> columns = levels.paired(second);
    long[][] table = new long[lines.size()][columns.size()];
    List<Figure> figures = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      for (int column = 0; column < columns.size(); column++) {
        List<String> place = List.of(first, second, lines.get(line), columns.get(column));
        table[line][column] = counts.getOrDefault(place, 0L);
        figures.add(
            Figure.of(
                Section.PAIR,
                attribute(first),
                attribute(second),
                USERS,
                lines.get(line),
                line * columns.size() + column,
                columns.get(column),
                (double) table[line][column]));
      }
    }
    Association association = Association.chiSquare(table);
    if (association != null) {
      figures.addAll(association.figures(attribute(first), attribute(second)));
    }
    return figures;
  }

  /**
   * Pairs of user and item by attribute level and category.
   *
   * @param pairs {@link UserItemFeatures}
   * @param traits {@link ItemTraits}
   */
  List<Figure> tastes(Dataset<Row> pairs, Dataset<Row> traits) {
    List<String> names = compared();
    Map<String, List<String>> category = Map.of(ItemTraits.CATEGORY, List.of());
    Dataset<Row> categories = traits.select(ItemTraits.ITEM, ItemTraits.CATEGORY).na().drop();
    Dataset<Row> bought = pairs.join(categories, UserItemFeatures.ITEM);
    Levels ofItems = Levels.of(bought, category);
    List<String> columns = ofItems.paired(ItemTraits.CATEGORY);
    List<Figure> figures = new ArrayList<>();
    if (names.isEmpty() || columns.size() < 2) {
      return figures;
    }
    Dataset<Row> perUser =
        bought
            .groupBy(col(Users.USER), ofItems.folded(ItemTraits.CATEGORY).as(ItemTraits.CATEGORY))
            .agg(count(lit(1)).as(ROWS))
            .join(profiles, Users.USER);
    List<Column> cells =
        names.stream()
            .map(name -> cell(name, ItemTraits.CATEGORY, col(ItemTraits.CATEGORY)))
            .toList();
    Map<List<String>, Long> counts = new HashMap<>();
    counted(perUser.select(exploded(cells), col(ROWS)), sum(ROWS))
        .forEach(
            row ->
                counts.put(
                    List.of(row.getString(0), row.getString(2), row.getString(3)), row.getLong(4)));
    for (String name : names) {
      List<String> lines = levels.paired(name);
      for (int line = 0; line < lines.size(); line++) {
        for (int column = 0; column < columns.size(); column++) {
          List<String> place = List.of(name, lines.get(line), columns.get(column));
          figures.add(
              Figure.of(
                  Section.TASTE,
                  attribute(name),
                  ItemPictures.CATEGORY,
                  PAIRS,
                  lines.get(line),
                  line * columns.size() + column,
                  columns.get(column),
                  (double) counts.getOrDefault(place, 0L)));
        }
      }
    }
    return figures;
  }

  /**
   * Rank tests of behaviour over the levels of each attribute; numbers are ranked after rounding to
   * two significant digits.
   *
   * @param userFeatures {@link UserFeatures}
   */
  List<Figure> behaviour(Dataset<Row> userFeatures) {
    List<String> names = compared();
    List<Figure> figures = new ArrayList<>();
    if (names.isEmpty()) {
      return figures;
    }
    List<Column> cells = new ArrayList<>();
    for (String name : names) {
      for (String measure : RANKED) {
        Column rounded = Histogram.rounded(col(measure), RANKED_DIGITS);
        cells.add(cell(name, measure, rounded.cast("string")));
      }
    }
    Map<List<String>, Map<String, Map<Double, Long>>> values = new HashMap<>();
    counted(
            profiles
                .join(userFeatures.select(Users.USER, RANKED.toArray(String[]::new)), Users.USER)
                .select(exploded(cells)),
            count(lit(1)))
        .forEach(
            row ->
                values
                    .computeIfAbsent(
                        List.of(row.getString(0), row.getString(1)), key -> new TreeMap<>())
                    .computeIfAbsent(row.getString(2), key -> new TreeMap<>())
                    .put(Double.valueOf(row.getString(3)), row.getLong(4)));
    for (String name : names) {
      for (String measure : RANKED) {
        Map<String, Map<Double, Long>> groups =
            values.getOrDefault(List.of(name, measure), Map.of());
        Association association = Association.kruskal(List.copyOf(groups.values()));
        if (association != null) {
          figures.addAll(association.figures(attribute(name), PER_USER + "." + measure));
        }
      }
    }
    return figures;
  }

  private Column cell(String name, String against, Column level) {
    return struct(
        lit(name).as(FIRST),
        lit(against).as(SECOND),
        levels.folded(name).as(FIRST_LEVEL),
        level.as(SECOND_LEVEL));
  }

  private static Column exploded(List<Column> cells) {
    return explode(array(cells.toArray(Column[]::new))).as(CELL);
  }

  /** One row per cell with both levels: first, second, first level, second level, the sum. */
  private static List<Row> counted(Dataset<Row> cells, Column figure) {
    List<Column> keys =
        List.of(FIRST, SECOND, FIRST_LEVEL, SECOND_LEVEL).stream()
            .map(name -> col(CELL).getField(name).as(name))
            .toList();
    Column known =
        col(CELL)
            .getField(FIRST_LEVEL)
            .isNotNull()
            .and(col(CELL).getField(SECOND_LEVEL).isNotNull());
    return cells
        .where(known)
        .groupBy(keys.toArray(Column[]::new))
        .agg(figure.as(NUMBER))
        .collectAsList();
  }

  /** The attributes with their levels in the declared order. */
  static ProfilePictures of(Dataset<Row> profiles, Map<String, List<String>> orders) {
    return new ProfilePictures(profiles, Levels.of(profiles, new LinkedHashMap<>(orders)));
  }
}
