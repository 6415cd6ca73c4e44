package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nightjar.SparkTest;
import org.nightjar.rank.Ranker;

class RankLearningTest extends SparkTest {
  @ParameterizedTest
  @CsvSource({
    "1000000, 20000, 2",
    "32000, 20000, 2",
    "31999, 20000, 3",
    "22000, 20000, 4",
    "20000, 20000, 5",
    "235, 20000, 5",
    "0, 20000, 2",
  })
  void heldOutUsersAreDealtInAsFewPartsAsLeaveEnoughToLearnFrom(
      long lists, long wanted, int parts) {
    assertThat(RankLearning.parts(lists, wanted)).isEqualTo(parts);
  }

  /** Five held-out users: their activity in the window, and that of their published lists. */
  @ParameterizedTest
  @CsvSource({
    "cold, true, 1 2",
    "light, true, 1 3", // also who was not known in the window
    "light, false, 3", // who is compared on the weeks that trees were trained on
    "heavy, true, 2 4 5",
    "heavy, false, 4 5",
  })
  void segmentsAreDecidedByWhoWillBeInThem(String segment, boolean otherWeeks, String users) {
    StructType schema =
        new StructType()
            .add("user", DataTypes.StringType)
            .add(Ranker.ACTIVITY, DataTypes.StringType)
            .add(RankLearning.PUBLISHED_ACTIVITY, DataTypes.StringType);
    Dataset<Row> heldOut =
        rows(
            schema,
            row("1", "cold", "light"),
            row("2", "cold", "heavy"),
            row("3", "light", "light"),
            row("4", "light", "heavy"),
            row("5", "heavy", "heavy"));

    assertThat(
            heldOut
                .where(RankLearning.decides(segment, otherWeeks))
                .orderBy("user")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly(users.split(" "));
  }
}
