package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.PrivacyKey;
import org.nightjar.table.Explanations;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SampledUsers;
import org.nightjar.table.Table;
import org.nightjar.table.UserMetrics;

class ErasureTest extends SparkTest {
  private static final PrivacyKey KEY = PrivacyKey.from(name -> "0123456789abcdef").orElseThrow();
  private static final int USERS = 30;

  @TempDir Path output;

  @BeforeEach
  void twoReleases() throws IOException {
    release("r1");
    release("r2");
    Samples.releases(output).promote("r1");
    Samples.releases(output).promote("r2");
    Files.createDirectories(output.resolve("work/r3/ingest"));
    Files.writeString(output.resolve("work/r3/ingest/part-0.csv"), id(3));
    Files.createDirectories(output.resolve("releases/r3/recommendations"));
  }

  @Test
  void nothingOfTheErasedIsLeftAndOthersAreAsTheyWere() throws IOException {
    List<String> before = rowsOfOthers("r1");
    Path untouched = data("r1", Recommendations.TABLE).get(2);
    byte[] bytes = Files.readAllBytes(untouched);

    Erasure.Receipt receipt = erase(List.of(id(3), id(4), "stranger-1"));

    assertThat(receipt.users()).isEqualTo(3);
    assertThat(receipt.leftovers()).isEmpty();
    assertThat(receipt.rowsRemoved())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "r1/recommendations",
                4L,
                "r1/explanations",
                2L,
                "r1/user_metrics",
                2L,
                "r1/sampled_users",
                2L,
                "r2/recommendations",
                4L,
                "r2/explanations",
                2L,
                "r2/user_metrics",
                2L,
                "r2/sampled_users",
                2L));
    assertThat(receipt.foldersRemoved()).containsExactly("work");
    assertThat(output.resolve("releases/r3")).doesNotExist();
    assertThat(receipt.tablesScanned()).isEqualTo(8);
    assertThat(rowsOfOthers("r1")).isEqualTo(before).hasSize(2 * (USERS - 2));
    assertThat(sorted(table("r1", Recommendations.TABLE))).isEqualTo(before);
    assertThat(Files.readAllBytes(untouched)).isEqualTo(bytes);
    assertThat(Files.readString(output.resolve("erasures/00000001-e1.json")))
        .contains("\"users\" : 3")
        .doesNotContain("customer-", "stranger");
    Releases releases = Samples.releases(output);
    assertThat(releases.manifest("r1").recommendationRows()).isEqualTo(2 * (USERS - 2));
    assertThat(releases.rollback().runId())
        .as("its files are as the manifest says")
        .isEqualTo("r1");

    assertThat(erase(List.of(id(3))).rowsRemoved()).as("again").isEmpty();
  }

  @Test
  void whatStillNamesThemIsFound() throws IOException {
    Files.writeString(output.resolve("notes.txt"), "please remove " + id(7) + "!");
    rows(UserMetrics.PUBLISHED.schema(), row("u-" + id(7) + "x", "map", 10, 0.5))
        .write()
        .parquet(output.resolve("export").toString());
    assertThat(erase(List.of(id(7))).leftovers())
        .anyMatch(place -> place.endsWith("notes.txt"))
        .anyMatch(place -> place.endsWith("/export"));
  }

  /** The sample's ids are such: 8 is also an hour, and the bound of a histogram. */
  @Test
  void shortIdsAreLookedForAmongUsersOnly() {
    rows(UserMetrics.PUBLISHED.schema(), row("another", "8", 10, 0.5))
        .write()
        .parquet(output.resolve("labels").toString());
    rows(UserMetrics.PUBLISHED.schema(), row("8", "map", 10, 0.5))
        .write()
        .parquet(output.resolve("export").toString());

    assertThat(erase(List.of("8")).leftovers()).singleElement().asString().endsWith("/export");
  }

  @Test
  void theErasedAreKnownToLaterNightsByTheSameKeyOnly() {
    erase(List.of(id(3)));
    Suppression list = new Suppression(output.toString(), new Configuration(false));
    assertThat(sorted(list.hashes(spark, Optional.of(KEY)).orElseThrow()))
        .containsExactly("[" + KEY.suppressed(id(3)) + "]");
    Optional<PrivacyKey> other = PrivacyKey.from(name -> "another key, as long");
    assertThatThrownBy(() -> list.hashes(spark, other))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not the one");
  }

  private Erasure.Receipt erase(List<String> users) {
    return new Erasure(spark, Samples.releases(output), new Samples.SetClock())
        .erase(
            "e1",
            users,
            KEY,
            new Suppression(output.toString(), new Configuration(false)),
            List.of("work", "tune"));
  }

  private static String id(int user) {
    return String.format("customer-%04d", user);
  }

  private org.apache.spark.sql.Dataset<Row> table(String run, Table table) {
    return spark.read().parquet(Samples.releases(output).path(run, table.name()));
  }

  private List<String> rowsOfOthers(String run) {
    return sorted(
        table(run, Recommendations.TABLE)
            .where("user_id not in ('" + id(3) + "', '" + id(4) + "')"));
  }

  private List<Path> data(String run, Table table) throws IOException {
    try (var files = Files.list(output.resolve("releases").resolve(run).resolve(table.name()))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** Three files of ten users each, two rows per user; and a row of figures per user. */
  private void release(String run) throws IOException {
    List<Row> lists = new ArrayList<>();
    List<Row> figures = new ArrayList<>();
    List<Row> explained = new ArrayList<>();
    List<Row> sampled = new ArrayList<>();
    String[] none = {};
    for (int user = 0; user < USERS; user++) {
      lists.add(row(id(user), 1, "tea", 0.5, "als", "popular"));
      lists.add(row(id(user), 2, "milk", 0.25, "als", "popular"));
      figures.add(row(id(user), "map", 10, 0.5));
      explained.add(row(id(user), 1, "tea", "als", 0.5, new Row[0], 0.5));
      sampled.add(row(id(user), "light", none, 1L, none, new Long[0], none, new Boolean[0]));
    }
    Map<String, Manifest.PublishedTable> tables = new LinkedHashMap<>();
    write(run, Recommendations.TABLE, lists, 3, tables);
    write(run, UserMetrics.PUBLISHED, figures, 1, tables);
    write(run, Explanations.TABLE, explained, 1, tables);
    write(run, SampledUsers.TABLE, sampled, 1, tables);
    Samples.releases(output).seal(Samples.manifest(run, 0, Verdict.of(List.of())).with(tables));
  }

  private void write(
      String run,
      Table table,
      List<Row> rows,
      int files,
      Map<String, Manifest.PublishedTable> tables)
      throws IOException {
    ReleaseWriter.save(
        spark
            .createDataFrame(rows, table.schema())
            .repartitionByRange(files, org.apache.spark.sql.functions.col("user_id")),
        Samples.releases(output).path(run, table.name()),
        0);
    long bytes = 0;
    for (Path file : data(run, table)) {
      bytes += Files.size(file);
    }
    tables.put(table.name(), new Manifest.PublishedTable(rows.size(), files, bytes, List.of()));
  }
}
