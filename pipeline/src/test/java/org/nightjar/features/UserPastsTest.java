package org.nightjar.features;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.table.UserItemFeatures;
import org.nightjar.table.UserPast;

class UserPastsTest extends SparkTest {
  private static Row pair(int user, int item, long events, Double last, Double first) {
    return row(user, item, events, events / 2.0, last, first, 1.0);
  }

  @Test
  void pairsBecomeArraysByAscendingItem() {
    Dataset<Row> pairs =
        rows(
            UserItemFeatures.TABLE.schema(),
            pair(1, 9, 4, 2.0, 30.0),
            pair(1, 3, 1, 7.5, 7.5),
            pair(2, 5, 2, null, null));

    assertThat(sorted(asText(UserPasts.of(pairs))))
        .containsExactly(
            "[1,[3, 9],[1, 4],[0.5, 2.0],[7.5, 2.0],[7.5, 30.0]]",
            "[2,[5],[2],[1.0],[null],[null]]");
  }

  private static Dataset<Row> asText(Dataset<Row> rows) {
    return rows.select(
        Arrays.stream(rows.columns()).map(c -> col(c).cast("string")).toArray(Column[]::new));
  }

  @Test
  void onlyTheMostRecentItemsAreKeptWhateverThePartitions() {
    List<Row> pairs = new ArrayList<>();
    for (int item = 0; item <= UserPast.MAX_ITEMS; item++) {
      pairs.add(pair(1, item, 1, item == 0 ? null : (double) item, (double) item));
    }
    Dataset<Row> all = spark.createDataFrame(pairs, UserItemFeatures.TABLE.schema());

    Row past = UserPasts.of(all.repartition(5)).head();

    assertThat(past.<Integer>getList(1))
        .as("without a time: the oldest")
        .hasSize(UserPast.MAX_ITEMS)
        .doesNotContain(0);
    assertThat(sorted(UserPasts.of(all.repartition(1))))
        .isEqualTo(sorted(UserPasts.of(all.repartition(5))));
  }
}
