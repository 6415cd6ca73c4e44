package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.table.Fallback;
import org.nightjar.table.InputProfile;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;

/**
 * Lists of two rows; users u00 to u14, u10 not requested; items a to e, e not eligible; a and b of
 * one category, of which one item may stand in a list. Each broken list breaks one rule.
 */
class ReleaseCheckTest extends SparkTest {
  private static final StructType USERS =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType)
          .add(Users.USER_ID, DataTypes.StringType)
          .add(ReleaseExpectation.REQUESTED, DataTypes.BooleanType);
  private static final StructType ITEMS =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType)
          .add(Items.ITEM_ID, DataTypes.StringType)
          .add(ReleaseExpectation.ELIGIBLE, DataTypes.BooleanType)
          .add(ReleaseExpectation.CAP_GROUP, DataTypes.StringType);
  private static final StructType PAIRS =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType)
          .add(Items.ITEM, DataTypes.IntegerType);
  private static final StructType SHORT =
      new StructType()
          .add(Users.USER, DataTypes.IntegerType)
          .add(ReleaseExpectation.REASON, DataTypes.StringType);
  private static final StructType LISTS = nullable(Recommendations.TABLE.schema());

  private static final int USER_COUNT = 15;
  private static final int NOT_REQUESTED = 10;
  private static final int SHORT_USER = 14;
  private static final Row[] FALLBACK = {
    row("all", 1, "a", 3.0), row("all", 2, "b", 2.0), row("age=19-24", 1, "c", 1.0)
  };
  private static final Row[] SIMILAR = {row("a", 1, "b", 0.5), row("b", 1, "a", 0.5)};
  private static final Row[] METRICS = {row("r1", "blend", "all", "map", 10, 0.2, 0.1, 0.3, 5L)};

  @TempDir Path output;

  private static StructType nullable(StructType schema) {
    StructType nullable = new StructType();
    for (var field : schema.fields()) {
      nullable = nullable.add(field.name(), field.dataType(), true);
    }
    return nullable;
  }

  private static String id(int user) {
    return String.format(Locale.ROOT, "u%02d", user);
  }

  private static Row list(int user, int rank, String item) {
    return list(user, rank, item, 0.5, "popular");
  }

  private static Row list(int user, int rank, String item, double score, String reason) {
    return row(id(user), rank, item, score, "als", reason);
  }

  private static List<Row> soundLists() {
    List<Row> lists = new ArrayList<>();
    for (int user = 0; user < USER_COUNT; user++) {
      if (user != NOT_REQUESTED) {
        lists.add(list(user, 1, "c"));
      }
      if (user != NOT_REQUESTED && user != SHORT_USER) {
        lists.add(list(user, 2, "d"));
      }
    }
    return lists;
  }

  private static ReleaseExpectation expectation(Map<String, Long> rows) {
    List<Row> users = new ArrayList<>();
    for (int user = 0; user < USER_COUNT; user++) {
      users.add(row(user, id(user), user != NOT_REQUESTED));
    }
    return new ReleaseExpectation(
        spark.createDataFrame(users, USERS),
        rows(
            ITEMS,
            row(0, "a", true, "dairy"),
            row(1, "b", true, "dairy"),
            row(2, "c", true, null),
            row(3, "d", true, null),
            row(4, "e", null, null)),
        rows(PAIRS, row(0, 0), row(0, 0), row(4, 0), row(2, 1)),
        rows(SHORT, row(SHORT_USER, "only one eligible item is left")),
        2,
        1,
        rows,
        List.of(UserMetrics.PUBLISHED, InputProfile.TABLE));
  }

  private void write(String table, StructType schema, Row... rows) {
    rows(schema, rows).coalesce(1).write().parquet(folder(table));
  }

  private String folder(String table) {
    return output.resolve("releases/r1/" + table).toString();
  }

  private List<String> verify(Map<String, Long> rows) {
    return new ReleaseCheck(spark, Samples.releases(output)).verify("r1", expectation(rows));
  }

  private List<String> verify(List<Row> lists, Row[] fallback, Row[] similar) {
    write("recommendations", LISTS, lists.toArray(Row[]::new));
    write("fallback", Fallback.TABLE.schema(), fallback);
    write("similar_items", SimilarItems.TABLE.schema(), similar);
    write("metrics", Metrics.TABLE.schema(), METRICS);
    write("user_metrics", UserMetrics.PUBLISHED.schema(), row("u00", "map", 10, 0.5));
    write("input_profile", InputProfile.TABLE.schema(), row("events.amount", "12", 3L));
    Map<String, Long> handedOver = new HashMap<>();
    handedOver.put("recommendations", (long) lists.size());
    handedOver.put("fallback", (long) fallback.length);
    handedOver.put("similar_items", (long) similar.length);
    handedOver.put("metrics", 1L);
    handedOver.put("user_metrics", 1L);
    handedOver.put("input_profile", 1L);
    return verify(handedOver);
  }

  @Test
  void aSoundReleaseHasNoViolation() {
    assertThat(verify(soundLists(), FALLBACK, SIMILAR)).isEmpty();
  }

  @Test
  void everyBrokenListIsFoundByItsRule() {
    List<Row> lists = new ArrayList<>();
    lists.add(list(0, 1, "b"));
    lists.add(list(0, 2, "c"));
    lists.add(list(1, 1, "c"));
    lists.add(list(1, 2, "c"));
    lists.add(list(2, 1, "c"));
    lists.add(list(2, 3, "d"));
    lists.add(list(3, 1, "c"));
    lists.add(list(3, 1, "d"));
    lists.add(list(4, 1, "a"));
    lists.add(list(4, 2, "d"));
    lists.add(list(5, 1, "c"));
    lists.add(list(5, 2, "e"));
    lists.add(list(6, 1, "c"));
    lists.add(list(6, 2, "zzz"));
    lists.add(list(7, 1, "a"));
    lists.add(list(7, 2, "b"));
    lists.add(list(8, 1, "c", Double.NaN, "popular"));
    lists.add(list(8, 2, "d"));
    lists.add(list(9, 1, "c", Double.NEGATIVE_INFINITY, "popular"));
    lists.add(list(9, 2, "d"));
    lists.add(list(NOT_REQUESTED, 1, "c"));
    // User 11 was requested and has no row at all.
    lists.add(list(12, 1, "c"));
    lists.add(list(12, 2, "d"));
    lists.add(list(12, 3, "b"));
    lists.add(list(13, 1, "c", 0.5, null));
    lists.add(list(13, 2, "d"));
    lists.add(list(SHORT_USER, 1, "d"));
    lists.add(list(99, 1, "c"));
    assertThat(verify(lists, FALLBACK, SIMILAR))
        .containsExactly(
            "Table 'recommendations': 1 users are not among the known users.",
            "Table 'recommendations': 2 users have rows but were not requested, first user index"
                + " 10.",
            "Table 'recommendations': 1 users have fewer than 2 rows and no recorded reason, first"
                + " user index 11.",
            "Table 'recommendations': 1 users have more than 2 rows, first user index 12.",
            "Table 'recommendations': 2 users have ranks that do not run from 1 without gaps,"
                + " first user index 2.",
            "Table 'recommendations': 1 users have an item twice, first user index 1.",
            "Table 'recommendations': 1 users have items that are not in the catalogue, first user"
                + " index 6.",
            "Table 'recommendations': 1 users have items that may not be recommended, first user"
                + " index 5.",
            "Table 'recommendations': 1 users have items denied to them or not to be repeated,"
                + " first user index 4.",
            "Table 'recommendations': 2 users have scores that are no finite numbers, first user"
                + " index 8.",
            "Table 'recommendations': 1 users have rows without source or reason, first user index"
                + " 13.",
            "Table 'recommendations': 1 users have more than 1 items of one category, first user"
                + " index 7.");
  }

  @Test
  void brokenFallbackAndSimilarItemsAreFound() {
    Row[] fallback = {
      row("all", 1, "a", 3.0), row("age=19-24", 1, "e", 3.0), row("age=19-24", 3, "zzz", 3.0)
    };
    Row[] similar = {row("a", 1, "a", 1.0), row("b", 2, "zzz", Double.NaN)};
    assertThat(verify(soundLists(), fallback, similar))
        .containsExactly(
            "Table 'fallback': 1 segments have ranks that do not run from 1 without gaps, first"
                + " segment age=19-24.",
            "Table 'fallback': 1 segments have items that are not in the catalogue, first segment"
                + " age=19-24.",
            "Table 'fallback': 1 segments have items that may not be recommended, first segment"
                + " age=19-24.",
            "Table 'fallback': the list of segment 'all' has 1 rows, 2 can be made of the items that"
                + " may be recommended. Put a model that proposes every item, such as one of type"
                + " popularity, at the end of rank.fallback, or raise rank.candidatesPerModel or"
                + " rank.maxPerCategory.",
            "Table 'similar_items': 1 items have ranks that do not run from 1 without gaps, first"
                + " item b.",
            "Table 'similar_items': 1 items have items that are not in the catalogue, first item"
                + " b.",
            "Table 'similar_items': 1 items have scores that are no finite numbers, first item b.",
            "Table 'similar_items': 1 items are said to be similar to themselves, first item a.");
  }

  @Test
  void lostRowsAndMissingTablesAreFound() {
    write("recommendations", LISTS, soundLists().toArray(Row[]::new));
    assertThat(verify(Map.of("recommendations", 30L)))
        .containsExactly(
            "Table 'recommendations' has 27 rows but 30 were handed over.",
            "Table 'fallback' has no data file.",
            "Table 'similar_items' has no data file.",
            "Table 'metrics' has no data file.",
            "Table 'user_metrics' has no data file.",
            "Table 'input_profile' has no data file.");
  }

  @Test
  void emptyListsAndWrongColumnsAreFound() {
    write("recommendations", LISTS);
    write("fallback", SimilarItems.TABLE.schema(), SIMILAR);
    assertThat(verify(Map.of("recommendations", 0L)))
        .contains(
            "Table 'recommendations': 13 users have fewer than 2 rows and no recorded reason, first"
                + " user index 0.")
        .anyMatch(violation -> violation.startsWith("Table 'fallback' has no column 'segment'"));
  }
}
