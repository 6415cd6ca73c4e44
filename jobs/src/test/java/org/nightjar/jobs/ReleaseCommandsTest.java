package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.config.GateSettings;
import org.nightjar.publish.Finding;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Verdict;
import org.nightjar.table.Fallback;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;

class ReleaseCommandsTest {
  private static final String FIRST = "20171201T020000Z-aaaaaa";
  private static final String SECOND = "20171202T020000Z-bbbbbb";
  private static final String REFUSED = "20171203T020000Z-cccccc";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void configuration() throws IOException {
    Files.writeString(
        folder.resolve("night.yaml"),
        """
        name: test
        sources:
          events:
            - {format: csv, path: none.csv, columns: {user_id: u, item_id: i, event_at: t}}
        models:
          popular: {type: popularity}
        output:
          path: %s
        """
            .formatted(folder.resolve("out")));
  }

  @Test
  void theReleasePointerMovesForthAndBack() {
    assertThat(execute("releases")).isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).contains("There is no release in");
    seal(FIRST, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of()));
    seal(SECOND, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of()));

    assertThat(execute("publish", FIRST)).isEqualTo(ExitCode.DONE);
    assertThat(execute("publish", SECOND)).isEqualTo(ExitCode.DONE);
    assertThat(execute("rollback")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).endsWith("Current release: " + FIRST + System.lineSeparator());
    assertThat(execute("releases")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).containsPattern("\\* +" + FIRST).contains("passed");
    assertThat(execute("rollback")).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString()).contains("Cannot roll back");
  }

  /** The case of an empty file after a power cut or on a full disk. */
  @Test
  void aDamagedPointerIsToldAndRepaired() throws IOException {
    seal(FIRST, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of()));
    seal(SECOND, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of()));
    execute("publish", FIRST);
    execute("publish", SECOND);
    Files.writeString(folder.resolve("out/current.json"), "");

    assertThat(execute("releases")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains(FIRST, SECOND);
    assertThat(err.toString()).contains("current.json' is damaged", "publish " + SECOND);
    for (String[] command :
        List.of(
            new String[] {"show", "--user", "ann"},
            new String[] {"report"},
            new String[] {"rollback"},
            new String[] {"clean"})) {
      err.getBuffer().setLength(0);
      assertThat(execute(command)).as(command[0]).isEqualTo(ExitCode.INPUT);
      assertThat(err.toString()).as(command[0]).contains("publish " + SECOND);
    }
    assertThat(execute("publish", SECOND)).isEqualTo(ExitCode.DONE);
    assertThat(execute("rollback")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).endsWith("Current release: " + FIRST + System.lineSeparator());
  }

  @Test
  void whoeverChangesTheOutputIsRecorded() throws IOException {
    seal(FIRST, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of()));
    seal(SECOND, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of()));
    execute("publish", FIRST);
    execute("publish", SECOND);
    execute("pin", FIRST);
    execute("rollback");
    execute("clean");
    assertThat(execute("rollback")).as("nothing was current before").isEqualTo(ExitCode.INPUT);

    try (var files = Files.list(folder.resolve("out/audit"))) {
      List<Path> entries = files.sorted().toList();
      assertThat(entries)
          .extracting(entry -> entry.getFileName().toString())
          .containsExactly(
              "00000001-finished.json",
              "00000002-finished.json",
              "00000003-finished.json",
              "00000004-finished.json",
              "00000005-finished.json",
              "00000006-failed.json");
      String user = System.getProperty("user.name");
      assertThat(entries)
          .allSatisfy(entry -> assertThat(entry).content().contains("\"user\" : \"" + user));
      assertThat(entries.get(2)).content().contains("\"outcome\" : \"pinned\"");
      assertThat(entries.get(3)).content().contains("rolled back to " + FIRST);
      out.getBuffer().setLength(0);
      execute("releases");
      assertThat(out.toString()).containsPattern("\\* +" + FIRST + ".* " + user + " ");
    }
  }

  @Test
  void aRefusedReleaseIsNotPublished() {
    seal(
        REFUSED,
        Map.of(Recommendations.TABLE, List.of()),
        Verdict.of(List.of("Map fell by half.", "Too few lists.")));

    assertThat(execute("publish", REFUSED)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains(REFUSED, "Map fell by half.", "Too few lists.");
    assertThat(execute("publish", "20990101T000000Z-ffffff")).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString()).contains("Known releases: " + REFUSED);
  }

  @Test
  void aRefusedReleaseIsPublishedByHandWithAReason() {
    Finding churn =
        new Finding("churn", GateSettings.Level.REFUSE, 0.9, 0.8, "Too much has changed.");
    seal(REFUSED, Map.of(Recommendations.TABLE, List.of()), Verdict.of(List.of(), List.of(churn)));

    assertThat(execute("publish", REFUSED)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains("Too much has changed.", "--force --why");
    assertThat(execute("publish", REFUSED, "--force")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(execute("publish", REFUSED, "--force", "--why", "new range"))
        .isEqualTo(ExitCode.DONE);
    assertThat(execute("releases")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("refused, by hand: new range");
  }

  @Test
  void showTellsWhatAUserOrAnItemGets() {
    Map<Table, List<Row>> tables = new LinkedHashMap<>();
    tables.put(
        Recommendations.TABLE,
        List.of(
            RowFactory.create("ann", 2, "milk", 0.25, "popular", "popular now"),
            RowFactory.create("ann", 1, "tea", 0.5, "again", "you often buy tea"),
            RowFactory.create("bob", 1, "milk", 0.75, "popular", "popular now")));
    tables.put(
        Fallback.TABLE,
        List.of(
            RowFactory.create(Fallback.EVERYONE, 1, "bread", 3.0),
            RowFactory.create("age=65+", 1, "cake", 3.0)));
    tables.put(SimilarItems.TABLE, List.of(RowFactory.create("milk", 1, "cream", 0.9)));

    assertThat(execute("show", "--user", "ann")).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString()).contains("Nothing is published");
    seal(FIRST, tables, Verdict.of(List.of()));
    execute("publish", FIRST);

    assertThat(show("--user", "ann"))
        .containsExactly(
            "User ann in release " + FIRST,
            "rank  item   score  source   reason",
            "   1  tea   0.5000  again    you often buy tea",
            "   2  milk  0.2500  popular  popular now");
    assertThat(show("--user", "zoe"))
        .containsExactly(
            "User zoe has no row in release " + FIRST + "; the fallback for everyone:",
            "rank  item    score",
            "   1  bread  3.0000");
    assertThat(show("--item", "milk"))
        .containsExactly(
            "Items similar to milk in release " + FIRST,
            "rank  item    score",
            "   1  cream  0.9000",
            "",
            "Stands in 2 lists",
            "rank  lists",
            "   1      1",
            "   2      1");
    assertThat(execute("show", "--item", "yak")).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString()).contains("Item 'yak' occurs in no list");
    assertThat(execute("show")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(execute("show", "--item", "a", "--user", "b")).isEqualTo(ExitCode.COMMAND_LINE);
  }

  private List<String> show(String... what) {
    out.getBuffer().setLength(0);
    String[] args = new String[what.length + 1];
    args[0] = "show";
    System.arraycopy(what, 0, args, 1, what.length);
    assertThat(execute(args)).as(err.toString()).isEqualTo(ExitCode.DONE);
    return out.toString().lines().toList();
  }

  private int execute(String... args) {
    String[] all = Arrays.copyOf(args, args.length + 4);
    all[args.length] = "--conf";
    all[args.length + 1] = folder.resolve("night.yaml").toString();
    all[args.length + 2] = "--master";
    all[args.length + 3] = "local[2]";
    return Nightjar.execute(all, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private void seal(String run, Map<Table, List<Row>> tables, Verdict verdict) {
    Releases releases =
        Releases.at(folder.resolve("out").toString(), new Configuration(false), Clock.systemUTC());
    Map<String, Manifest.PublishedTable> published = new LinkedHashMap<>();
    SparkSession spark = SparkSessions.open("test", Map.of(), Optional.of("local[2]"));
    tables.forEach(
        (table, rows) -> {
          Path path = Path.of(releases.path(run, table.name()).replaceFirst("^file:", ""));
          spark.createDataFrame(rows, table.schema()).coalesce(1).write().parquet(path.toString());
          published.put(table.name(), of(path, rows.size()));
        });
    spark.stop();
    Instant now = Instant.parse("2017-12-01T02:00:00Z");
    releases.seal(
        new Manifest(
            Manifest.SCHEMA_VERSION,
            run,
            "test",
            now,
            now,
            now,
            new Manifest.Software("0", "4", "17", "2.13", "3", "none"),
            42,
            "",
            "",
            Map.of(),
            new Manifest.Counts(Map.of(), 0, 0, 0, 0, 0, 0, Map.of()),
            Map.of(),
            published,
            Map.of(),
            Map.of(),
            verdict,
            List.of()));
  }

  private static Manifest.PublishedTable of(Path path, long rows) {
    try (var files = Files.list(path)) {
      List<Path> data = files.filter(file -> file.toString().endsWith(".parquet")).toList();
      long bytes = data.stream().mapToLong(file -> file.toFile().length()).sum();
      return new Manifest.PublishedTable(rows, data.size(), bytes, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
