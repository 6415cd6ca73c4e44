package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.table.Fallback;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/** Users u0 to u3, u3 not requested; items a to e, e not eligible; a and b of one category. */
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

  private static final Row[] SOUND = {
    list("u0", 1, "b"),
    list("u0", 2, "c"),
    list("u1", 1, "a"),
    list("u1", 2, "c"),
    list("u2", 1, "d")
  };
  private static final Row[] SOUND_FALLBACK = {
    row("all", 1, "a", 3.0), row("all", 2, "b", 2.0), row("age=19-24", 1, "c", 1.0)
  };
  private static final Row[] SOUND_SIMILAR = {row("a", 1, "b", 0.5), row("b", 1, "a", 0.5)};

  @TempDir Path output;

  private static Row list(String user, int rank, String item) {
    return row(user, rank, item, 0.5, "als", "popular");
  }

  private ReleaseExpectation expectation(Map<String, Long> rows) {
    return new ReleaseExpectation(
        rows(
            USERS, row(0, "u0", true), row(1, "u1", true), row(2, "u2", true), row(3, "u3", false)),
        rows(
            ITEMS,
            row(0, "a", true, "dairy"),
            row(1, "b", true, "dairy"),
            row(2, "c", true, null),
            row(3, "d", true, null),
            row(4, "e", null, null)),
        rows(PAIRS, row(0, 0), row(0, 0), row(2, 2)),
        rows(SHORT, row(2, "only one eligible item is left")),
        2,
        1,
        rows);
  }

  private void write(String table, StructType schema, Row... rows) {
    rows(schema, rows).write().parquet(output.resolve("releases/r1/" + table).toString());
  }

  private List<String> verify(Row[] lists, Row[] fallback, Row[] similar) {
    write("recommendations", Recommendations.TABLE.schema(), lists);
    write("fallback", Fallback.TABLE.schema(), fallback);
    write("similar_items", SimilarItems.TABLE.schema(), similar);
    write(
        "metrics", Metrics.TABLE.schema(), row("r1", "blend", "all", "map", 10, 0.2, 0.1, 0.3, 5L));
    Map<String, Long> handedOver = new HashMap<>();
    handedOver.put("recommendations", (long) lists.length);
    handedOver.put("fallback", (long) fallback.length);
    handedOver.put("similar_items", (long) similar.length);
    handedOver.put("metrics", 1L);
    return new ReleaseCheck(spark, Samples.releases(output)).verify("r1", expectation(handedOver));
  }

  private List<String> verifyLists(Row... lists) {
    return verify(lists, SOUND_FALLBACK, SOUND_SIMILAR);
  }

  /** The sound lists with some rows replaced by place. */
  private static Row[] soundBut(int place, Row instead) {
    Row[] rows = SOUND.clone();
    rows[place] = instead;
    return rows;
  }

  private static Row[] soundAnd(Row... more) {
    return Stream.concat(Stream.of(SOUND), Stream.of(more)).toArray(Row[]::new);
  }

  @Test
  void aSoundReleaseHasNoViolation() {
    assertThat(verifyLists(SOUND)).isEmpty();
  }

  @Test
  void findsAnItemTwice() {
    assertThat(verifyLists(soundBut(1, list("u0", 2, "b"))))
        .contains("Table 'recommendations': 1 users have an item twice, first user index 0.");
  }

  @Test
  void findsGapsInTheRanks() {
    assertThat(verifyLists(soundBut(1, list("u0", 3, "c"))))
        .containsExactly(
            "Table 'recommendations': 1 users have ranks that do not run from 1 without gaps, first"
                + " user index 0.");
  }

  @Test
  void findsTheSameRankTwice() {
    assertThat(verifyLists(soundBut(1, list("u0", 1, "c"))))
        .singleElement()
        .asString()
        .contains("without gaps");
  }

  @Test
  void findsAForbiddenPair() {
    assertThat(verifyLists(soundBut(0, list("u0", 1, "a"))))
        .containsExactly(
            "Table 'recommendations': 1 users have items denied to them or not to be repeated,"
                + " first user index 0.");
  }

  @Test
  void findsAnIneligibleItem() {
    assertThat(verifyLists(soundBut(3, list("u1", 2, "e"))))
        .containsExactly(
            "Table 'recommendations': 1 users have items that may not be recommended, first user"
                + " index 1.");
  }

  @Test
  void findsAnUnknownItem() {
    assertThat(verifyLists(soundBut(3, list("u1", 2, "zzz"))))
        .containsExactly(
            "Table 'recommendations': 1 users have items that are not in the catalogue, first user"
                + " index 1.");
  }

  @Test
  void findsACategoryOverItsCap() {
    assertThat(verifyLists(soundBut(3, list("u1", 2, "b"))))
        .containsExactly(
            "Table 'recommendations': 1 users have more than 1 items of one category, first user"
                + " index 1.");
  }

  @Test
  void findsScoresThatAreNoNumbers() {
    assertThat(verifyLists(soundBut(0, row("u0", 1, "b", Double.NaN, "als", "popular"))))
        .singleElement()
        .asString()
        .contains("no finite numbers");
  }

  @Test
  void findsInfiniteScores() {
    assertThat(
            verifyLists(soundBut(0, row("u0", 1, "b", Double.POSITIVE_INFINITY, "als", "popular"))))
        .singleElement()
        .asString()
        .contains("no finite numbers");
  }

  @Test
  void findsAnUnknownUser() {
    assertThat(verifyLists(soundAnd(list("u9", 1, "a"))))
        .contains("Table 'recommendations': 1 users are not among the known users.");
  }

  @Test
  void findsAUserWhoWasNotRequested() {
    assertThat(verifyLists(soundAnd(list("u3", 1, "a"))))
        .containsExactly(
            "Table 'recommendations': 1 users have rows but were not requested, first user index"
                + " 3.");
  }

  @Test
  void findsARequestedUserWithoutRows() {
    assertThat(verifyLists(list("u1", 1, "a"), list("u1", 2, "c"), list("u2", 1, "d")))
        .containsExactly(
            "Table 'recommendations': 1 users have fewer than 2 rows and no recorded reason, first"
                + " user index 0.");
  }

  @Test
  void findsAListThatIsTooLong() {
    assertThat(verifyLists(soundAnd(list("u0", 3, "d"))))
        .containsExactly(
            "Table 'recommendations': 1 users have more than 2 rows, first user index 0.");
  }

  @Test
  void findsAMissingReason() {
    StructType nullable = new StructType();
    for (var field : Recommendations.TABLE.schema().fields()) {
      nullable = nullable.add(field.name(), field.dataType(), true);
    }
    Dataset<Row> lists = rows(nullable, soundBut(0, row("u0", 1, "b", 0.5, "als", null)));
    lists.write().parquet(output.resolve("releases/r1/recommendations").toString());
    assertThat(
            new ReleaseCheck(spark, Samples.releases(output))
                .verify("r1", expectation(Map.of("recommendations", 5L))))
        .contains(
            "Table 'recommendations': 1 users have rows without source or reason, first user index"
                + " 0.",
            "Table 'fallback' has no data file.");
  }

  @Test
  void findsLostRows() {
    write("recommendations", Recommendations.TABLE.schema(), SOUND);
    assertThat(
            new ReleaseCheck(spark, Samples.releases(output))
                .verify("r1", expectation(Map.of("recommendations", 6L))))
        .contains("Table 'recommendations' has 5 rows but 6 were handed over.");
  }

  @Test
  void findsAnEmptyTable() {
    assertThat(verifyLists())
        .containsExactly(
            "Table 'recommendations': 2 users have fewer than 2 rows and no recorded reason, first"
                + " user index 0.");
  }

  @Test
  void findsWrongColumns() {
    Table wrong = Fallback.TABLE;
    write("recommendations", wrong.schema(), SOUND_FALLBACK);
    assertThat(
            new ReleaseCheck(spark, Samples.releases(output)).verify("r1", expectation(Map.of())))
        .anyMatch(violation -> violation.contains("has no column 'user_id'"));
  }

  @Test
  void findsAFallbackListThatIsNotFull() {
    Row[] fallback = {row("all", 1, "a", 3.0)};
    assertThat(verify(SOUND, fallback, SOUND_SIMILAR))
        .containsExactly("Table 'fallback': the list of segment 'all' has 1 rows but must have 2.");
  }

  @Test
  void findsAFallbackWithoutEveryone() {
    Row[] fallback = {row("age=19-24", 1, "e", 3.0), row("age=19-24", 3, "zzz", 3.0)};
    assertThat(verify(SOUND, fallback, SOUND_SIMILAR))
        .containsExactly(
            "Table 'fallback': 1 segments have ranks that do not run from 1 without gaps, first"
                + " segment age=19-24.",
            "Table 'fallback': 1 segments have items that are not in the catalogue, first segment"
                + " age=19-24.",
            "Table 'fallback': 1 segments have items that may not be recommended, first segment"
                + " age=19-24.",
            "Table 'fallback': the list of segment 'all' has 0 rows but must have 2.");
  }

  @Test
  void findsAnItemSimilarToItself() {
    Row[] similar = {row("a", 1, "a", 1.0), row("b", 2, "zzz", Double.NaN)};
    assertThat(verify(SOUND, SOUND_FALLBACK, similar))
        .containsExactly(
            "Table 'similar_items': 1 items have ranks that do not run from 1 without gaps, first"
                + " item b.",
            "Table 'similar_items': 1 items have items that are not in the catalogue, first item"
                + " b.",
            "Table 'similar_items': 1 items have scores that are no finite numbers, first item b.",
            "Table 'similar_items': 1 items are said to be similar to themselves, first item a.");
  }
}
