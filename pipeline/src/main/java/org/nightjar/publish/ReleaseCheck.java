package org.nightjar.publish;

import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.bit_or;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.table.Fallback;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/**
 * Reads a written release back and says what is wrong with it. Everything is joined and aggregated
 * where the data lies; one scan and three shuffles of the lists, one scan of each further table.
 * Violations name dense user indexes and item ids, never user ids, since they stand in logs and
 * reports.
 */
public final class ReleaseCheck {
  private static final String KNOWN_ITEM = "known_item";
  private static final String FORBIDDEN = "is_forbidden";
  private static final String HAS_ROW = "has_row";
  private static final String ROWS = "rows";
  private static final String RANKS = "ranks";
  private static final String LOWEST_RANK = "lowest_rank";
  private static final String HIGHEST_RANK = "highest_rank";
  private static final String DISTINCT_ITEMS = "distinct_items";
  private static final String LARGEST_GROUP = "largest_group";
  private static final String UNKNOWN_ITEMS = "unknown_items";
  private static final String INELIGIBLE_ITEMS = "ineligible_items";
  private static final String FORBIDDEN_ITEMS = "forbidden_items";
  private static final String BAD_SCORES = "bad_scores";
  private static final String UNEXPLAINED = "unexplained";
  private static final String ITSELF = "itself";
  private static final String EVERYONE_ROWS = "everyone_rows";
  private static final String KNOWN_SIMILAR_ITEM = "known_similar_item";
  private static final String VIOLATIONS = "violations_of_";
  private static final String EXAMPLE = "example_of_";

  private final SparkSession spark;
  private final Releases releases;

  /** Checks releases of the given output. */
  public ReleaseCheck(SparkSession spark, Releases releases) {
    this.spark = spark;
    this.releases = releases;
  }

  /**
   * Every violation of the release, each a full sentence with a count and an example; empty if it
   * is sound. Tables that are missing or have other columns than declared are violations too.
   */
  public List<String> verify(String runId, ReleaseExpectation expected) {
    List<String> violations = new ArrayList<>();
    read(runId, Recommendations.TABLE, violations)
        .ifPresent(lists -> checkLists(lists, expected, violations));
    read(runId, Fallback.TABLE, violations)
        .ifPresent(fallback -> checkFallback(fallback, expected, violations));
    read(runId, SimilarItems.TABLE, violations)
        .ifPresent(similar -> checkSimilarItems(similar, expected, violations));
    checkPlain(runId, Metrics.TABLE, expected, violations);
    expected.further().forEach(table -> checkPlain(runId, table, expected, violations));
    return List.copyOf(violations);
  }

  private void checkPlain(
      String runId, Table table, ReleaseExpectation expected, List<String> violations) {
    read(runId, table, violations)
        .ifPresent(rows -> checkRowCount(table, rows.count(), expected, violations));
  }

  private Optional<Dataset<Row>> read(String runId, Table table, List<String> violations) {
    if (releases.dataFiles(runId, table.name()).isEmpty()) {
      violations.add(String.format("Table '%s' has no data file.", table.name()));
      return Optional.empty();
    }
    Dataset<Row> rows = spark.read().parquet(releases.path(runId, table.name()));
    try {
      return Optional.of(table.conform(rows));
    } catch (InputException e) {
      violations.addAll(e.problems());
      return Optional.empty();
    }
  }

  private static void checkLists(
      Dataset<Row> lists, ReleaseExpectation expected, List<String> violations) {
    Map<String, Column> rules = userRules(expected);
    Row totals = totals(perUser(lists, expected), rules, Users.USER);
    checkRowCount(Recommendations.TABLE, totals.getAs(ROWS), expected, violations);
    report(Recommendations.TABLE, "users", "user index", rules, totals, violations);
  }

  /** Per user, known or published, requested or not: the figures that the rules are about. */
  private static Dataset<Row> perUser(Dataset<Row> lists, ReleaseExpectation expected) {
    List<Column> figures = new ArrayList<>();
    for (String sum :
        List.of(
            DISTINCT_ITEMS,
            UNKNOWN_ITEMS,
            INELIGIBLE_ITEMS,
            FORBIDDEN_ITEMS,
            BAD_SCORES,
            UNEXPLAINED)) {
      figures.add(sum(sum).as(sum));
    }
    figures.add(min(LOWEST_RANK).as(LOWEST_RANK));
    figures.add(max(HIGHEST_RANK).as(HIGHEST_RANK));
    figures.add(max(ReleaseExpectation.REQUESTED).as(ReleaseExpectation.REQUESTED));
    for (String mask : rankMasks(expected)) {
      figures.add(bit_or(col(mask)).as(mask));
    }
    Column[] further = figures.toArray(Column[]::new);
    Dataset<Row> perUserAndGroup =
        perUserAndItem(lists, expected)
            .groupBy(Users.USER, Users.USER_ID, ReleaseExpectation.CAP_GROUP)
            .agg(sum(ROWS).as(ROWS), further);
    Column groupRows =
        when(col(ReleaseExpectation.CAP_GROUP).isNotNull(), col(ROWS)).otherwise(lit(0L));
    figures.add(max(groupRows).as(LARGEST_GROUP));
    Column distinctRanks =
        rankMasks(expected).stream()
            .map(mask -> coalesce(bit_count(col(mask)), lit(0)))
            .reduce(lit(0L), Column::plus);
    return perUserAndGroup
        .groupBy(Users.USER, Users.USER_ID)
        .agg(sum(ROWS).as(ROWS), figures.toArray(Column[]::new))
        .withColumn(RANKS, distinctRanks)
        .join(expected.shortUsers(), new String[] {Users.USER}, "left");
  }

  /**
   * Per user and item the same figures, and one row without item for a user who has none. Grouped
   * by plain sums, minima and bit masks, which Spark keeps in hash maps of fixed-width values;
   * collected sets would be sorted.
   */
  private static Dataset<Row> perUserAndItem(Dataset<Row> lists, ReleaseExpectation expected) {
    Dataset<Row> catalogue = expected.items().withColumn(KNOWN_ITEM, lit(true));
    Dataset<Row> forbidden = expected.forbidden().distinct().withColumn(FORBIDDEN, lit(true));
    Column hasRow = col(HAS_ROW).isNotNull();
    List<Column> figures = new ArrayList<>();
    figures.add(max(ReleaseExpectation.REQUESTED).as(ReleaseExpectation.REQUESTED));
    figures.add(max(when(hasRow, lit(1L)).otherwise(lit(0L))).as(DISTINCT_ITEMS));
    figures.add(min(Recommendations.RANK).as(LOWEST_RANK));
    figures.add(max(Recommendations.RANK).as(HIGHEST_RANK));
    figures.add(rowsWith(hasRow.and(unknownItem()), UNKNOWN_ITEMS));
    figures.add(rowsWith(ineligibleItem(), INELIGIBLE_ITEMS));
    figures.add(rowsWith(hasRow.and(col(FORBIDDEN)), FORBIDDEN_ITEMS));
    figures.add(rowsWith(hasRow.and(not(finite(Recommendations.SCORE))), BAD_SCORES));
    figures.add(
        rowsWith(
            hasRow.and(
                col(Recommendations.SOURCE).isNull().or(col(Recommendations.REASON).isNull())),
            UNEXPLAINED));
    int from = 1;
    for (String mask : rankMasks(expected)) {
      Column bit = call_function("shiftleft", lit(1L), col(Recommendations.RANK).minus(lit(from)));
      figures.add(
          bit_or(when(col(Recommendations.RANK).between(from, from + Long.SIZE - 1), bit))
              .as(mask));
      from += Long.SIZE;
    }
    return lists
        .withColumn(HAS_ROW, lit(true))
        .join(broadcast(catalogue), new String[] {Recommendations.ITEM_ID}, "left")
        .join(expected.users(), new String[] {Users.USER_ID}, "full")
        .join(forbidden, new String[] {Users.USER, Items.ITEM}, "left")
        .groupBy(
            Users.USER,
            Items.ITEM,
            Users.USER_ID,
            Recommendations.ITEM_ID,
            ReleaseExpectation.CAP_GROUP)
        .agg(count(HAS_ROW).as(ROWS), figures.toArray(Column[]::new));
  }

  /** Columns of 64 ranks each, one bit per rank, enough for the list length. */
  private static List<String> rankMasks(ReleaseExpectation expected) {
    return IntStream.rangeClosed(0, (expected.listLength() - 1) / Long.SIZE)
        .mapToObj(number -> RANKS + "_" + number)
        .toList();
  }

  /** The rules about one user's list, by what stands in the message. */
  private static Map<String, Column> userRules(ReleaseExpectation expected) {
    Column requested = coalesce(col(ReleaseExpectation.REQUESTED), lit(false));
    Column hasRows = col(ROWS).gt(0);
    Map<String, Column> rules = new LinkedHashMap<>();
    rules.put("are not among the known users", hasRows.and(col(Users.USER).isNull()));
    rules.put("have rows but were not requested", hasRows.and(not(requested)));
    rules.put(
        "have fewer than " + expected.listLength() + " rows and no recorded reason",
        requested
            .and(col(ROWS).lt(expected.listLength()))
            .and(col(ReleaseExpectation.REASON).isNull()));
    rules.put(
        "have more than " + expected.listLength() + " rows", col(ROWS).gt(expected.listLength()));
    rules.put("have ranks that do not run from 1 without gaps", hasRows.and(brokenRanks()));
    rules.put("have an item twice", duplicates());
    rules.put("have items that are not in the catalogue", col(UNKNOWN_ITEMS).gt(0));
    rules.put("have items that may not be recommended", col(INELIGIBLE_ITEMS).gt(0));
    rules.put("have items denied to them or not to be repeated", col(FORBIDDEN_ITEMS).gt(0));
    rules.put("have scores that are no finite numbers", col(BAD_SCORES).gt(0));
    rules.put("have rows without source or reason", col(UNEXPLAINED).gt(0));
    if (expected.maxPerCapGroup() > 0) {
      rules.put(
          "have more than " + expected.maxPerCapGroup() + " items of one category",
          col(LARGEST_GROUP).gt(expected.maxPerCapGroup()));
    }
    return rules;
  }

  private static void checkFallback(
      Dataset<Row> fallback, ReleaseExpectation expected, List<String> violations) {
    Dataset<Row> catalogue = expected.items().withColumn(KNOWN_ITEM, lit(true));
    Dataset<Row> perSegment =
        fallback
            .join(broadcast(catalogue), Fallback.ITEM_ID, "left")
            .groupBy(Fallback.SEGMENT)
            .agg(
                count(lit(1)).as(ROWS),
                size(collect_set(Fallback.ITEM_ID)).as(DISTINCT_ITEMS),
                size(collect_set(Fallback.RANK)).as(RANKS),
                min(Fallback.RANK).as(LOWEST_RANK),
                max(Fallback.RANK).as(HIGHEST_RANK),
                rowsWith(unknownItem(), UNKNOWN_ITEMS),
                rowsWith(ineligibleItem(), INELIGIBLE_ITEMS),
                rowsWith(not(finite(Fallback.SCORE)), BAD_SCORES),
                count(when(col(Fallback.SEGMENT).equalTo(Fallback.EVERYONE), lit(1)))
                    .as(EVERYONE_ROWS));
    Map<String, Column> rules = listRules();
    rules.put("have items that may not be recommended", col(INELIGIBLE_ITEMS).gt(0));
    Row totals = totals(perSegment, rules, Fallback.SEGMENT, max(EVERYONE_ROWS).as(EVERYONE_ROWS));
    checkRowCount(Fallback.TABLE, totals.getAs(ROWS), expected, violations);
    report(Fallback.TABLE, "segments", "segment", rules, totals, violations);
    long full = Math.min(expected.listLength(), reachable(expected));
    Long rows = totals.getAs(EVERYONE_ROWS);
    long found = rows == null ? 0 : rows;
    if (found < full) {
      violations.add(
          String.format(
              "Table 'fallback': the list of segment '%s' has %d rows, %d can be made of the items"
                  + " that may be recommended. Put a model that proposes every item, such as one of"
                  + " type popularity, at the end of rank.fallback%s.",
              Fallback.EVERYONE,
              found,
              full,
              expected.maxPerCapGroup() > 0
                  ? ", or raise rank.candidatesPerModel or rank.maxPerCategory"
                  : ""));
    }
  }

  /** The longest list that eligible items allow: as many of each capped category as it may have. */
  private static long reachable(ReleaseExpectation expected) {
    Column ofGroup =
        expected.maxPerCapGroup() > 0
            ? when(
                    col(ReleaseExpectation.CAP_GROUP).isNotNull(),
                    least(col(ROWS), lit((long) expected.maxPerCapGroup())))
                .otherwise(col(ROWS))
            : col(ROWS);
    return expected
        .items()
        .where(eligible())
        .groupBy(ReleaseExpectation.CAP_GROUP)
        .agg(count(lit(1)).as(ROWS))
        .agg(coalesce(sum(ofGroup), lit(0L)))
        .head()
        .getLong(0);
  }

  private static void checkSimilarItems(
      Dataset<Row> similar, ReleaseExpectation expected, List<String> violations) {
    Dataset<Row> catalogue = expected.items().select(col(Items.ITEM_ID), lit(true).as(KNOWN_ITEM));
    Dataset<Row> similarCatalogue =
        expected
            .items()
            .select(
                col(Items.ITEM_ID).as(SimilarItems.SIMILAR_ITEM_ID),
                lit(true).as(KNOWN_SIMILAR_ITEM));
    Dataset<Row> perItem =
        similar
            .join(broadcast(catalogue), new String[] {SimilarItems.ITEM_ID}, "left")
            .join(broadcast(similarCatalogue), new String[] {SimilarItems.SIMILAR_ITEM_ID}, "left")
            .groupBy(SimilarItems.ITEM_ID)
            .agg(
                count(lit(1)).as(ROWS),
                size(collect_set(SimilarItems.SIMILAR_ITEM_ID)).as(DISTINCT_ITEMS),
                size(collect_set(SimilarItems.RANK)).as(RANKS),
                min(SimilarItems.RANK).as(LOWEST_RANK),
                max(SimilarItems.RANK).as(HIGHEST_RANK),
                rowsWith(unknownItem().or(col(KNOWN_SIMILAR_ITEM).isNull()), UNKNOWN_ITEMS),
                rowsWith(
                    col(SimilarItems.ITEM_ID).equalTo(col(SimilarItems.SIMILAR_ITEM_ID)), ITSELF),
                rowsWith(not(finite(SimilarItems.SCORE)), BAD_SCORES));
    Map<String, Column> rules = listRules();
    rules.put("are said to be similar to themselves", col(ITSELF).gt(0));
    Row totals = totals(perItem, rules, SimilarItems.ITEM_ID);
    checkRowCount(SimilarItems.TABLE, totals.getAs(ROWS), expected, violations);
    report(SimilarItems.TABLE, "items", "item", rules, totals, violations);
  }

  /** Rules that hold for every ranked list. */
  private static Map<String, Column> listRules() {
    Map<String, Column> rules = new LinkedHashMap<>();
    rules.put("have ranks that do not run from 1 without gaps", brokenRanks());
    rules.put("have an item twice", duplicates());
    rules.put("have items that are not in the catalogue", col(UNKNOWN_ITEMS).gt(0));
    rules.put("have scores that are no finite numbers", col(BAD_SCORES).gt(0));
    return rules;
  }

  private static Column brokenRanks() {
    return coalesce(
        not(
            col(LOWEST_RANK)
                .equalTo(1)
                .and(col(HIGHEST_RANK).equalTo(col(ROWS)))
                .and(col(RANKS).equalTo(col(ROWS)))),
        lit(true));
  }

  private static Column duplicates() {
    return col(DISTINCT_ITEMS).lt(col(ROWS));
  }

  private static Column unknownItem() {
    return col(KNOWN_ITEM).isNull();
  }

  private static Column ineligibleItem() {
    return col(KNOWN_ITEM).isNotNull().and(not(eligible()));
  }

  private static Column eligible() {
    return coalesce(col(ReleaseExpectation.ELIGIBLE), lit(false));
  }

  private static Column finite(String column) {
    Column score = col(column);
    return coalesce(
        score
            .isNotNull()
            .and(not(score.isNaN()))
            .and(score.between(-Double.MAX_VALUE, Double.MAX_VALUE)),
        lit(false));
  }

  /** How many rows of a group fulfil the condition. */
  private static Column rowsWith(Column condition, String name) {
    return sum(when(condition, lit(1L)).otherwise(lit(0L))).as(name);
  }

  /** One row: all rows, and per rule the groups that break it with the first of them. */
  private static Row totals(
      Dataset<Row> groups, Map<String, Column> rules, String key, Column... further) {
    List<Column> totals = new ArrayList<>(List.of(further));
    int number = 0;
    for (Column rule : rules.values()) {
      totals.add(sum(when(rule, lit(1L)).otherwise(lit(0L))).as(VIOLATIONS + number));
      totals.add(min(when(rule, col(key))).cast("string").as(EXAMPLE + number));
      number++;
    }
    return groups.agg(coalesce(sum(ROWS), lit(0L)).as(ROWS), totals.toArray(Column[]::new)).first();
  }

  private static void report(
      Table table,
      String things,
      String thing,
      Map<String, Column> rules,
      Row totals,
      List<String> violations) {
    int number = 0;
    for (String rule : rules.keySet()) {
      Long broken = totals.getAs(VIOLATIONS + number);
      if (broken != null && broken > 0) {
        String example = totals.getAs(EXAMPLE + number);
        violations.add(
            String.format(
                "Table '%s': %d %s %s%s.",
                table.name(),
                broken,
                things,
                rule,
                example == null ? "" : ", first " + thing + " " + example));
      }
      number++;
    }
  }

  private static void checkRowCount(
      Table table, long found, ReleaseExpectation expected, List<String> violations) {
    Long handedOver = expected.rows().get(table.name());
    if (handedOver == null) {
      violations.add(
          String.format("Table '%s': how many rows were handed over is not known.", table.name()));
    } else if (found != handedOver) {
      violations.add(
          String.format(
              "Table '%s' has %d rows but %d were handed over.", table.name(), found, handedOver));
    }
  }
}
