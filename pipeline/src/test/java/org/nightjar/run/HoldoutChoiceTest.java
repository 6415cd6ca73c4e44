package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nightjar.SparkTest;
import org.nightjar.table.Events;
import org.nightjar.table.Users;

class HoldoutChoiceTest extends SparkTest {
  private static final int USERS = 10;
  private static final int DAYS = 60;

  /** Everybody buys every day, user u from day 100 · u on if {@code inTurn}, else from day 0. */
  private static Dataset<Row> events(boolean inTurn) {
    Column day = col("day").plus(inTurn ? col("user").multiply(100) : lit(0));
    return spark
        .range((long) USERS * DAYS)
        .select(expr("cast(id div 60 as int)").as("user"), expr("cast(id % 60 as int)").as("day"))
        .select(
            col("user").cast("string").as(Users.USER_ID),
            col("day"),
            date_add(to_date(lit("2024-01-01")), day.cast("int"))
                .cast("string")
                .as(Events.EVENT_AT));
  }

  @ParameterizedTest
  @CsvSource({
    "day < 50, false, time", // TEST is after TRAIN
    "day < 50, true, last-share", // everybody's own part is, but the last user's TEST is last
    "day % 5 > 0, false, k-fold",
    "day % 5 > 0, true, k-fold",
  })
  void testLiesToTrainAsWhatIsHeldOutToTheRest(String inTrain, boolean inTurn, String type) {
    Dataset<Row> events = events(inTurn);
    HoldoutChoice choice =
        new HoldoutChoice(events.where(inTrain), events.where("not (" + inTrain + ")"), true);
    assertThat(choice.choose().split()).containsEntry("type", type);
  }

  @ParameterizedTest
  @CsvSource({
    "10, false, k-fold", // everybody is in TEST, as of rows at random
    "7, false, time",
    "10, true, time", // rows at random cannot tell of repeats
  })
  void ofATestWithoutTimesTheUsersTell(int testUsers, boolean repeats, String type) {
    Dataset<Row> events = events(false);
    Dataset<Row> test =
        events.where(col(Users.USER_ID).cast("int").lt(testUsers)).select(Users.USER_ID);
    assertThat(new HoldoutChoice(events, test, repeats).choose().split())
        .containsEntry("type", type);
  }

  /**
   * Three baskets of two rows for each user, the last one TEST; on days of the user's own, or on
   * the same last three of 40 days, of which only the order means anything.
   */
  private static Dataset<Row> baskets(boolean orderOnly) {
    Column day =
        orderOnly
            ? when(col("basket").equalTo(0), col("user")).otherwise(col("basket").plus(40))
            : col("user").multiply(3).plus(col("basket").multiply(5));
    return spark
        .range((long) USERS * 6)
        .select(
            expr("cast(id div 6 as int)").as("user"),
            expr("cast(id % 6 div 2 as int)").as("basket"),
            expr("cast(id % 2 as int)").as("line"))
        .select(
            col("user").cast("string").as(Users.USER_ID),
            col("basket"),
            col("line"),
            concat(col("user"), lit("-"), col("basket")).as(Events.ORDER_ID),
            date_add(to_date(lit("2024-01-01")), day.cast("int"))
                .cast("string")
                .as(Events.EVENT_AT));
  }

  @ParameterizedTest
  @CsvSource({
    "true, 0, last-basket", // all of TEST on one day
    "false, 0, last-basket",
    "false, 2, last-basket", // orders tell without times
    "false, 1, last-basket", // days tell without orders
    "false, 3, k-fold", // nothing tells
    "true, 3, last-basket", // but that all users end together
  })
  void aTestOfNextBasketsHasLastBasketsHeldOut(boolean orderOnly, int without, String type) {
    Dataset<Row> all = baskets(orderOnly);
    Dataset<Row> test = all.where("basket = 2");
    List<String> missing = List.of(Events.ORDER_ID, Events.EVENT_AT);
    for (int column = 0; column < missing.size(); column++) {
      if ((without >> column & 1) == 1) {
        test = test.drop(missing.get(column));
      }
    }
    HoldoutChoice choice = new HoldoutChoice(all.where("basket < 2"), test, orderOnly);
    assertThat(choice.choose().split()).containsEntry("type", type);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTestOfLastEventsHasThoseHeldOut(boolean timed) {
    Dataset<Row> all = baskets(false);
    String left = "basket = 2 and line = 1";
    Dataset<Row> test = all.where(left).drop(Events.ORDER_ID);
    HoldoutChoice.Chosen chosen =
        new HoldoutChoice(
                all.where("not (" + left + ")"), timed ? test : test.drop(Events.EVENT_AT), false)
            .choose();
    assertThat(chosen.split()).containsEntry("type", "last-event");
    assertThat(chosen.toString()).contains("type=last-event").contains("one row");
  }

  @Test
  void timesThatAreAllTheSameAreNone() {
    Dataset<Row> users = baskets(false).withColumn(Events.EVENT_AT, lit("2001-01-01"));
    HoldoutChoice.Chosen chosen = new HoldoutChoice(users, users, true).choose();
    assertThat(chosen.split()).containsEntry("type", "k-fold");
    assertThat(chosen.because()).contains("all of TRAIN is at one time");
  }

  @Test
  void withoutTimesRowsAreHeldOutAtRandom() {
    Dataset<Row> users = events(false).select(Users.USER_ID);
    assertThat(new HoldoutChoice(users, users, true).choose().split())
        .containsEntry("type", "k-fold");
  }
}
