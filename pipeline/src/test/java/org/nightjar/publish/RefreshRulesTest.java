package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.nightjar.SparkTest;
import org.nightjar.config.GateSettings;
import org.nightjar.table.Recommendations;

class RefreshRulesTest extends SparkTest {
  private static final GateSettings SETTINGS =
      new GateSettings(Map.of(), 0.05, 0.5, 0.95, 0.5, 0.5, 0.8, 0.3, 0.3, 0.5, 0.25, 1, 1);

  private static Row listed(String user, int rank, String item, double score) {
    return row(user, rank, item, score, "als", "Fits your taste");
  }

  private static Dataset<Row> lists(List<Row> rows) {
    return rows(Recommendations.TABLE.schema(), rows.toArray(Row[]::new));
  }

  private static Dataset<Row> users(String... ids) {
    Row[] rows = new Row[ids.length];
    for (int at = 0; at < ids.length; at++) {
      rows[at] = row(ids[at]);
    }
    return rows(new StructType().add(Recommendations.USER_ID, DataTypes.StringType), rows);
  }

  private static List<String> broken(RefreshFigures figures) {
    RefreshRules rules = new RefreshRules(SETTINGS);
    rules.lists(figures);
    return rules.findings().stream().map(Finding::rule).toList();
  }

  @Test
  void countsByHand() {
    List<Row> last =
        List.of(
            listed("stays", 1, "a", 0.9),
            listed("stays", 2, "b", 0.8),
            listed("anew", 1, "a", 0.9),
            listed("anew", 2, "b", 0.7),
            listed("gone", 1, "a", 0.9));
    List<Row> now =
        List.of(
            listed("stays", 1, "a", 0.9),
            listed("stays", 2, "b", 0.8),
            listed("anew", 1, "b", 0.6),
            listed("anew", 2, "c", 0.4),
            listed("new", 1, "c", 0.5));

    RefreshFigures figures =
        RefreshFigures.of(lists(now), lists(last), users("anew", "new", "gone"));

    assertThat(figures.lastUsers()).isEqualTo(3);
    assertThat(figures.keptUsers()).isEqualTo(2);
    assertThat(figures.lostUsers()).isCloseTo(1.0 / 3, within(1e-9));
    assertThat(figures.untouchedUsers()).isEqualTo(1);
    assertThat(figures.changedRows()).isZero();
    assertThat(figures.relistedUsers()).isEqualTo(1);
    assertThat(figures.churn()).isEqualTo(0.5);
  }

  @Test
  void aRowOfAnUntouchedUserThatDiffersInAnyColumnIsFound() {
    List<Row> last = List.of(listed("stays", 1, "a", 0.9), listed("stays", 2, "b", 0.8));
    for (List<Row> now :
        List.of(
            List.of(listed("stays", 1, "a", 0.9)),
            List.of(listed("stays", 1, "b", 0.9), listed("stays", 2, "a", 0.8)),
            List.of(listed("stays", 1, "a", 0.9), listed("stays", 2, "b", 0.81)),
            List.of(listed("stays", 1, "a", 0.9), row("stays", 2, "b", 0.8, "als", "Because")))) {
      RefreshFigures figures = RefreshFigures.of(lists(now), lists(last), users());
      assertThat(figures.changedRows()).as(now.toString()).isPositive();
      assertThat(broken(figures)).contains("untouched");
    }
    assertThat(broken(RefreshFigures.of(lists(last), lists(last), users()))).isEmpty();
    // Who loses a list and should have kept it is found as well.
    assertThat(broken(RefreshFigures.of(lists(List.of()), lists(last), users())))
        .contains("untouched", "lost-users");
  }

  @Test
  void newListsAreLikeTheLastOnes() {
    List<Row> last = new ArrayList<>();
    List<Row> alike = new ArrayList<>();
    List<Row> collapsed = new ArrayList<>();
    List<Row> others = new ArrayList<>();
    String[] all = new String[100];
    for (int user = 0; user < 100; user++) {
      all[user] = "u" + user;
      for (int rank = 1; rank <= 5; rank++) {
        double score = 1 - 0.1 * rank - 0.004 * user;
        last.add(listed(all[user], rank, "i" + rank, score));
        alike.add(listed(all[user], rank, "i" + (rank + 1), score - 0.004));
        collapsed.add(listed(all[user], rank, "i" + rank, 0.5));
        others.add(listed(all[user], rank, "j" + rank, score));
      }
    }
    assertThat(broken(RefreshFigures.of(lists(alike), lists(last), users(all)))).isEmpty();
    assertThat(broken(RefreshFigures.of(lists(collapsed), lists(last), users(all))))
        .containsExactly("scores");
    assertThat(broken(RefreshFigures.of(lists(others), lists(last), users(all))))
        .containsExactly("churn");
  }
}
