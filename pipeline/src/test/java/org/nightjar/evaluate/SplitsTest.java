package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.EvaluationSettings.Split;
import org.nightjar.config.EvaluationSettings.SplitType;
import org.nightjar.table.Events;

class SplitsTest extends SparkTest {
  private static final Instant CUTOFF = Instant.parse("2024-03-01T00:00:00Z");

  /** User 1 has five events, user 2 two, user 3 one. */
  private static final List<Row> EVENTS =
      List.of(
          event(1, 10, "2024-01-10T08:00:00Z"),
          event(1, 11, "2024-01-20T08:00:00Z"),
          event(1, 10, "2024-02-10T08:00:00Z"),
          event(1, 12, "2024-02-20T08:00:00Z"),
          event(1, 13, "2024-02-20T08:00:00Z"),
          event(2, 10, "2024-01-31T23:59:59Z"),
          event(2, 14, "2024-02-02T00:00:00Z"),
          event(3, 10, "2024-02-29T23:59:59Z"));

  private static Row event(int user, int item, String at) {
    return row(
        user,
        item,
        "purchase",
        at == null ? null : Timestamp.from(Instant.parse(at)),
        1.0,
        2.0,
        null,
        null,
        null,
        null);
  }

  private static Dataset<Row> events(List<Row> rows) {
    return rows(Events.CLEAN.schema(), rows.toArray(Row[]::new));
  }

  private static Split split(SplitType type, double days, int n, double share, int folds) {
    return new Split(type, days, 1, n, share, folds);
  }

  private static List<Fold> folds(Split split) {
    return Splits.folds(events(EVENTS), split, CUTOFF, 7);
  }

  @Test
  void timeTakesTheLastDaysAsTruth() {
    Fold fold = folds(split(SplitType.TIME, 28, 5, 0.2, 5)).get(0);
    assertThat(fold.name()).isEqualTo("time");
    assertThat(fold.cutoff()).isEqualTo(Instant.parse("2024-02-02T00:00:00Z"));
    assertThat(fold.train().count()).isEqualTo(3);
    assertThat(sorted(fold.truth()))
        .containsExactly("[1,10]", "[1,12]", "[1,13]", "[2,14]", "[3,10]");
    assertThat(fold.train().columns()).isEqualTo(events(EVENTS).columns());
  }

  @Test
  void windowsFollowEachOtherAndKnowOnlyWhatWasBefore() {
    List<Row> daily = new ArrayList<>();
    for (int day = 10; day < 30; day++) {
      daily.add(event(1, day, "2024-01-" + day + "T00:00:00Z"));
    }
    Instant end = Instant.parse("2024-01-30T00:00:00Z");
    List<Fold> folds =
        Splits.folds(events(daily), new Split(SplitType.TIME, 7, 2, 5, 0.2, 5), end, 7);

    assertThat(folds).extracting(Fold::name).containsExactly("time", "time-2");
    assertThat(sorted(folds.get(0).truth()))
        .containsExactly("[1,23]", "[1,24]", "[1,25]", "[1,26]", "[1,27]", "[1,28]", "[1,29]");
    assertThat(folds.get(0).train().count()).isEqualTo(13);
    assertThat(sorted(folds.get(1).truth()))
        .containsExactly("[1,16]", "[1,17]", "[1,18]", "[1,19]", "[1,20]", "[1,21]", "[1,22]");
    assertThat(folds.get(1).train().count()).isEqualTo(6);
    assertThat(folds.get(1).cutoff()).isEqualTo(Instant.parse("2024-01-16T00:00:00Z"));
    assertThatThrownBy(
            () -> Splits.folds(events(daily), new Split(SplitType.TIME, 7, 3, 5, 0.2, 5), end, 7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("window 3 of 3")
        .hasMessageContaining("Lower evaluation.split.days or evaluation.split.windows")
        .hasMessageContaining("with 3 windows the days must be less than 6.666");
  }

  @Test
  void lastNTakesTheLastOfEachUserAndBreaksTiesByItem() {
    Fold fold = folds(split(SplitType.LAST_N, 28, 1, 0.2, 5)).get(0);
    assertThat(sorted(fold.truth())).containsExactly("[1,13]", "[2,14]", "[3,10]");
    assertThat(fold.train().count()).isEqualTo(5);
    assertThat(fold.cutoff()).isEqualTo(CUTOFF);
    assertThat(fold.train().columns()).isEqualTo(events(EVENTS).columns());
  }

  @Test
  void lastShareRoundsDown() {
    Fold fold = folds(split(SplitType.LAST_SHARE, 28, 5, 0.4, 5)).get(0);
    assertThat(sorted(fold.truth())).containsExactly("[1,12]", "[1,13]");
    assertThat(fold.train().count()).isEqualTo(6);
  }

  private static Row ordered(int user, int item, String at, String order) {
    return row(
        user,
        item,
        "purchase",
        Timestamp.from(Instant.parse(at)),
        1.0,
        2.0,
        null,
        null,
        order,
        null);
  }

  /** User 1 has baskets a, b, c, user 2 a and a day without an order, user 3 one basket. */
  private static final List<Row> BASKETS =
      List.of(
          ordered(1, 10, "2024-01-01T08:00:00Z", "a"),
          ordered(1, 11, "2024-01-01T08:00:00Z", "a"),
          ordered(1, 12, "2024-01-05T08:00:00Z", "b"),
          ordered(1, 10, "2024-01-09T08:00:00Z", "c"),
          ordered(1, 13, "2024-01-09T08:10:00Z", "c"),
          ordered(2, 10, "2024-01-02T08:00:00Z", "a"),
          ordered(2, 15, "2024-01-03T08:00:00Z", null),
          ordered(2, 16, "2024-01-03T20:00:00Z", null),
          ordered(3, 17, "2024-01-04T08:00:00Z", "a"));

  private static List<Fold> leftOut(SplitType type, int windows) {
    return Splits.folds(
        events(BASKETS),
        new Split(type, 28, windows, 5, 0.2, 5),
        Instant.parse("2024-01-09T08:10:01Z"),
        7);
  }

  @Test
  void lastBasketsAreTruthOfWhoHasAnEarlierOne() {
    Fold fold = leftOut(SplitType.LAST_BASKET, 1).get(0);
    assertThat(fold.name()).isEqualTo("last-basket");
    assertThat(sorted(fold.truth())).containsExactly("[1,10]", "[1,13]", "[2,15]", "[2,16]");
    assertThat(sorted(fold.train().select(Events.USER, Events.ITEM)))
        .containsExactly("[1,10]", "[1,11]", "[1,12]", "[2,10]", "[3,17]");
    assertThat(fold.cutoff())
        .as("a second after the last training row, as the cutoff was after the last event")
        .isEqualTo(Instant.parse("2024-01-05T08:00:01Z"));
    assertThat(
            sorted(
                fold.train()
                    .select(Events.USER, Events.USER_CUTOFF)
                    .distinct()
                    .withColumn(Events.USER_CUTOFF, col(Events.USER_CUTOFF).cast("string"))))
        .containsExactly(
            "[1,2024-01-05 08:00:00.000001]",
            "[2,2024-01-02 08:00:00.000001]",
            "[3,2024-01-04 08:00:00.000001]");
  }

  @Test
  void anEarlierBasketIsTruthOfAWindowThatKnowsNoLaterOne() {
    List<Fold> folds = leftOut(SplitType.LAST_BASKET, 2);
    assertThat(folds).extracting(Fold::name).containsExactly("last-basket", "last-basket-2");
    assertThat(sorted(folds.get(0).truth()))
        .isEqualTo(sorted(leftOut(SplitType.LAST_BASKET, 1).get(0).truth()));
    assertThat(sorted(folds.get(1).truth())).containsExactly("[1,12]");
    assertThat(sorted(folds.get(1).train().select(Events.USER, Events.ITEM)))
        .as("nothing that is truth of the first window, of any user")
        .containsExactly("[1,10]", "[1,11]", "[2,10]", "[3,17]");
    assertThatThrownBy(() -> leftOut(SplitType.LAST_BASKET, 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("window 3 of 3")
        .hasMessageContaining("a user needs 4 baskets")
        .hasMessageContaining("Lower evaluation.split.windows");
  }

  @Test
  void lastEventsAreTruthOfWhoHasAnEarlierOne() {
    List<Fold> folds = leftOut(SplitType.LAST_EVENT, 2);
    assertThat(sorted(folds.get(0).truth())).containsExactly("[1,13]", "[2,16]");
    assertThat(folds.get(0).train().count()).isEqualTo(7);
    assertThat(sorted(folds.get(1).truth())).containsExactly("[1,10]", "[2,15]");
    assertThat(folds.get(1).train().count()).isEqualTo(5);
    assertThatThrownBy(
            () ->
                Splits.folds(
                    events(BASKETS.subList(8, 9)),
                    split(SplitType.LAST_EVENT, 28, 5, 0.2, 5),
                    CUTOFF,
                    7))
        .hasMessageContaining("a user needs 2 events")
        .hasMessageContaining("Set evaluation.split.type");
  }

  @Test
  void whereNoDaysCanHelpThatIsSaid() {
    Instant noon = Instant.parse("2024-01-01T12:00:00Z");
    List<Row> atOnce = List.of(event(1, 10, noon.toString()), event(1, 11, noon.toString()));
    assertThatThrownBy(
            () ->
                Splits.folds(
                    events(atOnce), split(SplitType.TIME, 28, 5, 0.2, 5), noon.plusMillis(1), 7))
        .hasMessageContaining("no number of days can help")
        .hasMessageContaining("random or k-fold")
        .message()
        .doesNotContain("Lower");
    assertThatThrownBy(() -> folds(split(SplitType.TIME, 500, 5, 0.2, 5)))
        .as("2024-01-10T08:00 to the cutoff")
        .hasMessageContaining("with 1 window the days must be less than 50.666");
  }

  @Test
  void hashedSplitsKeepAPairTogetherAndHoldEveryPairOutOnce() {
    List<Row> many = new ArrayList<>(EVENTS);
    for (int i = 0; i < 400; i++) {
      many.add(event(i % 40, i % 7, "2024-01-05T00:00:00Z"));
    }
    List<Fold> folds =
        Splits.folds(events(many), split(SplitType.K_FOLD, 28, 5, 0.2, 3), CUTOFF, 7);
    assertThat(folds).extracting(Fold::name).containsExactly("fold-1", "fold-2", "fold-3");
    List<String> heldOut = new ArrayList<>();
    for (Fold fold : folds) {
      Set<String> train =
          new HashSet<>(sorted(fold.train().select(Events.USER, Events.ITEM).distinct()));
      assertThat(sorted(fold.truth())).doesNotContainAnyElementsOf(train);
      heldOut.addAll(sorted(fold.truth()));
    }
    assertThat(heldOut)
        .containsExactlyInAnyOrderElementsOf(
            sorted(events(many).select(Events.USER, Events.ITEM).distinct()));
    Fold random =
        Splits.folds(events(many), split(SplitType.RANDOM, 28, 5, 0.3, 5), CUTOFF, 7).get(0);
    double share = (double) random.truth().count() / heldOut.size();
    assertThat(share).isBetween(0.2, 0.4);
  }

  @Test
  void orderAndPartitionsChangeNothing() {
    List<Row> shuffled = new ArrayList<>(EVENTS);
    Collections.shuffle(shuffled, new Random(1));
    for (SplitType type : SplitType.values()) {
      Split split = split(type, 28, 2, 0.4, 2);
      List<Fold> plain = folds(split);
      List<Fold> other = Splits.folds(events(shuffled).repartition(5), split, CUTOFF, 7);
      for (int f = 0; f < plain.size(); f++) {
        assertThat(sorted(other.get(f).train())).isEqualTo(sorted(plain.get(f).train()));
        assertThat(sorted(other.get(f).truth())).isEqualTo(sorted(plain.get(f).truth()));
      }
    }
  }

  @Test
  void aCutAfterTheLastEventIsRefused() {
    Instant late = Instant.parse("2025-01-01T00:00:00Z");
    assertThatThrownBy(
            () -> Splits.folds(events(EVENTS), split(SplitType.TIME, 28, 5, 0.2, 5), late, 7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("window 1 of 1, of 28.0 days")
        .hasMessageContaining("2024-12-04T00:00:00Z")
        .hasMessageContaining("the last one is at 2024-02-29 23:59:59 UTC");
  }

  @Test
  void aCutBeforeTheFirstEventIsRefused() {
    assertThatThrownBy(() -> folds(split(SplitType.TIME, 500, 5, 0.2, 5)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the first one is at 2024-01-10 08:00:00 UTC")
        .hasMessageContaining("Lower evaluation.split.days");
  }

  @Test
  void timesAreNeededWhereOrderMatters() {
    List<Row> timeless = List.of(event(1, 10, null), event(1, 11, null), event(2, 10, null));
    for (SplitType type :
        Arrays.stream(SplitType.values()).filter(SplitType::needsTimes).toList()) {
      assertThatThrownBy(
              () -> Splits.folds(events(timeless), split(type, 28, 1, 0.5, 5), CUTOFF, 7))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("evaluation.split.type");
    }
  }

  @Test
  void emptyPartsAreRefused() {
    assertThatThrownBy(() -> folds(split(SplitType.LAST_N, 28, 5, 0.2, 5)))
        .hasMessageContaining("evaluation.split.n is 5");
    assertThatThrownBy(() -> folds(split(SplitType.LAST_SHARE, 28, 5, 0.1, 5)))
        .hasMessageContaining("evaluation.split.share is 0.1");
    assertThatThrownBy(() -> folds(split(SplitType.K_FOLD, 28, 5, 0.1, 40)))
        .hasMessageContaining("evaluation.split.folds = 40");
    for (SplitType type : SplitType.values()) {
      assertThatThrownBy(
              () -> Splits.folds(events(List.of()), split(type, 28, 5, 0.2, 5), CUTOFF, 7))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no event before the cutoff");
    }
  }
}
