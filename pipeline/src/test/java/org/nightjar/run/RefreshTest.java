package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;

class RefreshTest extends SparkTest {
  private static final Column NOT_CHANGED = col("user_id").notEqual("u02");
  private static final Set<String> MADE_ANEW =
      Set.of("recommendations", "explanations", "fallback", "similar_items", "input_profile");

  @TempDir private Path folder;

  @Test
  void makesNewListsForUsersWithNewEventsOnly() throws IOException {
    List<String> lines = SmallShop.purchases();
    SmallShop.write(folder, lines);
    assertThatThrownBy(this::refresh)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing is published");
    NightResult whole =
        Night.run(spark, SmallShop.configuration(folder, "out"), options("run"), Extent.ALL);
    // A user of group A turns to what group B buys; another one is new.
    for (int item = SmallShop.ITEMS / 2; item < SmallShop.ITEMS - 1; item++) {
      lines.add(String.format("u02,i%02d,2024-04-10T10:00:00Z", item));
      lines.add(String.format("new,i%02d,2024-04-11T10:00:00Z", item));
    }
    SmallShop.write(folder, lines);
    NightResult refreshed = refresh();

    assertThat(refreshed.verdict().violations()).isEmpty();
    assertThat(releases().current().orElseThrow().runId()).isEqualTo(refreshed.runId());
    for (String table : List.of("recommendations", "explanations")) {
      assertThat(rows(refreshed, table, NOT_CHANGED.and(col("user_id").notEqual("new"))))
          .as(table)
          .isEqualTo(rows(whole, table, NOT_CHANGED));
    }
    assertThat(rows(refreshed, "recommendations", col("user_id").equalTo("u02")))
        .hasSize(5)
        .isNotEqualTo(rows(whole, "recommendations", col("user_id").equalTo("u02")));
    assertThat(rows(refreshed, "recommendations", col("user_id").equalTo("new"))).hasSize(5);

    // What the night measured and summed up is handed on, and so is what its ranking learned.
    Manifest before = releases().manifest(whole.runId());
    Manifest after = releases().manifest(refreshed.runId());
    assertThat(after.tables()).containsOnlyKeys(before.tables().keySet());
    for (String table : before.tables().keySet()) {
      if (!MADE_ANEW.contains(table)) {
        assertThat(rows(refreshed, table, lit(true)))
            .as(table)
            .isEqualTo(
                rows(whole, table, lit(true)).stream()
                    .map(row -> row.replace(whole.runId(), refreshed.runId()))
                    .toList());
      }
    }
    assertThat(after.blendWeights()).isEqualTo(before.blendWeights());
    assertThat(after.learnedRanking()).isEqualTo(before.learnedRanking());
    assertThat(folder.resolve("out/releases/" + refreshed.runId() + "/report.html")).exists();

    // Nothing new: every row stays. And other models cannot be refreshed.
    NightResult again = refresh();
    assertThat(rows(again, "recommendations", lit(true)))
        .isEqualTo(rows(refreshed, "recommendations", lit(true)));
    assertThatThrownBy(() -> refresh("models.als.rank=5"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "other settings than release '" + again.runId() + "' for the models als.");
  }

  private NightResult refresh(String... changes) {
    return Night.refresh(
        spark, SmallShop.configuration(folder, "out", changes), options("refresh"));
  }

  private static RunOptions options(String command) {
    return new RunOptions(true, Progress.Mode.QUIET, command, "test", "test", List.of());
  }

  private Releases releases() {
    return Releases.at(
        folder.resolve("out").toString(),
        spark.sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  private static List<String> rows(NightResult night, String table, Column of) {
    return sorted(spark.read().parquet(night.release() + "/" + table).where(of));
  }
}
