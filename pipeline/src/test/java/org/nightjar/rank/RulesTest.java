package org.nightjar.rank;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.config.RankSettings.RepeatPolicy;
import org.nightjar.config.RankSettings.Repeats;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

class RulesTest extends RankTest {
  private static final StructType EVENTS =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType)
          .add(Events.ITEM, DataTypes.IntegerType)
          .add(Events.EVENT_TYPE, DataTypes.StringType)
          .add(Events.EVENT_AT, DataTypes.TimestampType);
  private static final StructType PAIRS =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType)
          .add(Events.ITEM, DataTypes.IntegerType);

  private static Row event(int user, int item, String type, int daysAgo) {
    return row(user, item, type, java.sql.Timestamp.from(CUTOFF.minusSeconds(daysAgo * 86_400L)));
  }

  private static final String[] NO_WORDS = {};

  /** Items 0 and 1 are food, item 2 is a toy, item 3 has no category. */
  private static Dataset<Row> traits() {
    return rows(
        ItemTraits.TABLE.schema(),
        row(0, "food", 0, "tea", NO_WORDS),
        row(1, "food", 0, "jam", NO_WORDS),
        row(2, "toys", 0, "kite", NO_WORDS),
        row(3, null, null, "3", NO_WORDS));
  }

  private static Dataset<Row> events() {
    return rows(
        EVENTS,
        event(0, 0, "purchase", 2),
        event(0, 0, "purchase", 90),
        event(0, 1, "purchase", 15),
        event(0, 2, "rating", 14),
        event(0, 3, "purchase", 30),
        event(1, 2, "view", 1),
        event(1, 3, "view", 1),
        row(1, 1, "purchase", null));
  }

  private static List<String> forbidden(Repeats repeats) {
    return sorted(
        Rules.forbidden(events(), traits(), Optional.empty(), settings(10, repeats), CUTOFF));
  }

  @Test
  void excludeIsForEver() {
    assertThat(forbidden(repeats(RepeatPolicy.EXCLUDE, 14, Map.of())))
        .containsExactly("[0,0]", "[0,1]", "[0,2]", "[0,3]", "[1,1]");
  }

  @Test
  void coolDownIsForDaysAndUnknownTimesAreNow() {
    assertThat(forbidden(repeats(RepeatPolicy.COOL_DOWN, 14, Map.of())))
        .containsExactly("[0,0]", "[0,2]", "[1,1]");
    assertThat(forbidden(repeats(RepeatPolicy.COOL_DOWN, 0, Map.of()))).isEmpty();
  }

  @Test
  void categoriesHaveTheirOwnCoolDown() {
    assertThat(forbidden(repeats(RepeatPolicy.ALLOW, 14, Map.of("food", 3))))
        .containsExactly("[0,0]", "[1,1]");
    assertThat(forbidden(repeats(RepeatPolicy.EXCLUDE, 14, Map.of("food", 3))))
        .containsExactly("[0,0]", "[0,2]", "[0,3]", "[1,1]");
    assertThat(forbidden(repeats(RepeatPolicy.COOL_DOWN, 60, Map.of("food", 0))))
        .containsExactly("[0,2]", "[0,3]");
  }

  @Test
  void deniedPairsAreForbiddenUnderAnyPolicy() {
    Optional<Dataset<Row>> denied = Optional.of(rows(PAIRS, row(5, 2), row(0, 0), row(5, 2)));

    assertThat(sorted(Rules.forbidden(events(), traits(), denied, settings(10, ALLOW), CUTOFF)))
        .containsExactly("[0,0]", "[5,2]");
    assertThat(
            sorted(
                Rules.forbidden(
                    events(),
                    traits(),
                    denied,
                    settings(10, repeats(RepeatPolicy.COOL_DOWN, 2, Map.of())),
                    CUTOFF)))
        .containsExactly("[0,0]", "[1,1]", "[5,2]");
  }

  @Test
  void allowForbidsNothing() {
    assertThat(forbidden(ALLOW)).isEmpty();
  }

  @Test
  void onlyTheNamedEventTypesAreBuying() {
    Repeats views = new Repeats(RepeatPolicy.EXCLUDE, 14, Map.of(), List.of("view"));

    assertThat(forbidden(views)).containsExactly("[1,2]", "[1,3]");
  }

  @Test
  void whatOnlyRepeatsOrAMixMayHoldIsNotForbidden() {
    assertThat(forbidden(repeats(RepeatPolicy.ONLY, 14, Map.of()))).isEmpty();
    assertThat(forbidden(repeats(RepeatPolicy.MIXED, 14, Map.of("food", 3))))
        .containsExactly("[0,0]", "[1,1]");
  }

  @Test
  void boughtItemsComeWithTheShareOfRepeats() {
    // User 0 bought five times, item 0 twice; views of user 1 do not count.
    assertThat(
            sorted(
                Rules.bought(events(), ALLOW)
                    .select(
                        col(Events.USER),
                        col(Candidates.BOUGHT).cast("string"),
                        col(Rules.REPEAT_SHARE))))
        .containsExactly("[0,[0, 1, 2, 3],0.19999999999999996]", "[1,[1],0.0]");
  }

  @Test
  void newItemsHaveAtMostSoManyEvents() {
    Dataset<Row> items = rows(PAIRS, row(0, 0), row(0, 1), row(0, 2), row(0, 4)).select("item");

    // Item 0 has two events, 1 has two, 2 has two, 4 none.
    assertThat(sorted(Rules.newItems(items, events(), 1))).containsExactly("[4]");
    assertThat(sorted(Rules.newItems(items, events(), 2)))
        .containsExactly("[0]", "[1]", "[2]", "[4]");
  }

  @Test
  void exclusionsPerUserAscend() {
    Dataset<Row> pairs = rows(PAIRS, row(1, 9), row(1, 2), row(0, 4), row(1, 9));

    assertThat(
            sorted(
                Rules.excludedPerUser(pairs)
                    .select(col(Events.USER), col(Rules.EXCLUDED).cast("string"))))
        .containsExactly("[0,[4]]", "[1,[2, 9]]");
  }

  @Test
  void unavailableAndFutureItemsAreNotEligible() {
    StructType schema =
        new StructType()
            .add(Items.ITEM, DataTypes.IntegerType)
            .add(Items.AVAILABLE, DataTypes.BooleanType)
            .add(Items.LAUNCHED_AT, DataTypes.TimestampType);
    Dataset<Row> items =
        rows(
            schema,
            row(0, null, null),
            row(1, true, java.sql.Timestamp.from(CUTOFF.minusSeconds(1))),
            row(2, false, null),
            row(3, true, java.sql.Timestamp.from(CUTOFF)),
            row(4, null, java.sql.Timestamp.from(CUTOFF.plusSeconds(1))));

    assertThat(Rules.bits(Rules.eligible(items, CUTOFF)).stream()).containsExactly(0, 1);
  }

  @Test
  void partsAreAboutEqualAndDependOnTheSeed() {
    Dataset<Row> users = spark.range(1_000).select(col("id").cast("int").as(Events.USER));

    for (int part = 0; part < 4; part++) {
      assertThat(users.where(Rules.part(1, 4).equalTo(part)).count()).isBetween(200L, 300L);
    }
    assertThat(users.where(Rules.part(1, 4).isin(0, 1, 2, 3)).count()).isEqualTo(1_000);
    assertThat(users.where(Rules.part(1, 4).equalTo(Rules.part(2, 4))).count())
        .isBetween(200L, 300L);
  }
}
