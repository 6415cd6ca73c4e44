package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    assertThat(choice.split()).containsEntry("type", type);
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
    assertThat(new HoldoutChoice(events, test, repeats).split()).containsEntry("type", type);
  }

  @Test
  void withoutTimesRowsAreHeldOutAtRandom() {
    Dataset<Row> users = events(false).select(Users.USER_ID);
    assertThat(new HoldoutChoice(users, users, true).split()).containsEntry("type", "k-fold");
  }
}
