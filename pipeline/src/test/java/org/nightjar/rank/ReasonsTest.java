package org.nightjar.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Recommendations;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

class ReasonsTest extends RankTest {
  private static final Explainer BY_TASTE =
      (user, item, names) -> names[item] + " for " + user.<String>getAs("taste");
  private static final Explainer BY_HISTORY =
      (user, item, names) -> TopN.ints(user, UserContext.HISTORY).length + " bought before";

  @Test
  void everyItemIsExplainedByItsSource() {
    Dataset<Row> lists =
        rows(
            Ranker.LISTS,
            row(0, items(2, 1), new Double[] {0.9, 0.5}, new String[] {"taste", "history"}),
            row(1, items(0), new Double[] {-0.5}, new String[] {"history"}),
            row(2, items(), new Double[0], new String[0]));
    Dataset<Row> profiles =
        rows(
            new StructType()
                .add(Users.USER, DataTypes.IntegerType)
                .add("taste", DataTypes.StringType),
            row(0, "sweet"));
    Dataset<Row> contexts =
        rows(
            UserContext.TABLE.schema(),
            row(0, 3L, items(1, 2), new Long[] {2L, 1L}, items(9, 4), items(2, 4)));

    Dataset<Row> reasons =
        Reasons.attach(
            lists,
            profiles,
            contexts,
            Map.of("taste", BY_TASTE, "history", BY_HISTORY),
            new String[] {"tea", "jam", "pie"});

    assertThat(List.of(reasons.columns()))
        .containsExactly(Recommendations.INDEXED.schema().fieldNames());
    assertThat(sorted(reasons))
        .containsExactly(
            "[0,1,2,0.9,taste,pie for sweet]",
            "[0,2,1,0.5,history,2 bought before]",
            "[1,1,0,-0.5,history,0 bought before]");
  }
}
