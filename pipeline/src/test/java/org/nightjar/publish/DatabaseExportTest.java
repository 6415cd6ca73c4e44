package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.config.ExportSettings;
import org.nightjar.table.Fallback;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Table;

/** On H2 in memory. */
class DatabaseExportTest extends SparkTest {
  private static final String URL = "jdbc:h2:mem:shop";
  private static final Row ANN_TEA = row("ann", 1, "tea", 0.5, "again", "bought often");
  private static final Row ANN_MILK = row("ann", 2, "milk", 0.25, "popular", "popular");
  private static final Row BOB_MILK = row("bob", 1, "milk", 0.75, "popular", "popular");

  @TempDir private Path output;
  private Connection database;
  private Releases releases;

  @BeforeEach
  void open() throws SQLException {
    database = DriverManager.getConnection(URL);
    releases = Samples.releases(output);
  }

  @AfterEach
  void dropAll() throws SQLException {
    database.createStatement().execute("DROP ALL OBJECTS");
    database.close();
  }

  @Test
  void theDatabaseHoldsTheLastReleaseAndNothingElse() throws SQLException {
    release("r1", ANN_TEA, ANN_MILK, BOB_MILK);
    release(
        "r2",
        row("ann", 1, "milk", 0.5, "popular", "popular"),
        row("cid", 1, "tea", 1.0, "again", "often"));

    assertThat(export("r1")).containsExactly(Map.entry("recommendations", 3L));
    assertThat(lists())
        .containsExactly("r1 ann 1 tea 0.5", "r1 ann 2 milk 0.25", "r1 bob 1 milk 0.75");
    export("r2");
    assertThat(lists()).containsExactly("r2 ann 1 milk 0.5", "r2 cid 1 tea 1.0");
    export("r2");
    assertThat(lists()).containsExactly("r2 ann 1 milk 0.5", "r2 cid 1 tea 1.0");
    assertThat(
            query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'PUBLIC'"))
        .containsExactly("RECOMMENDATIONS");
  }

  /** As a task leaves them that was tried again after its commit. */
  @Test
  void rowsThatWereStagedTwiceCountOnce() throws SQLException {
    seal("r1", Recommendations.TABLE, 2, ANN_TEA, BOB_MILK, ANN_TEA, BOB_MILK);
    assertThat(export("r1")).containsExactly(Map.entry("recommendations", 2L));
    assertThat(lists()).containsExactly("r1 ann 1 tea 0.5", "r1 bob 1 milk 0.75");
  }

  @Test
  void aFailureLeavesTheDatabaseAsItWas() throws SQLException {
    release("r1", ANN_TEA, BOB_MILK);
    export("r1");
    seal("r2", Recommendations.TABLE, 5, ANN_TEA, ANN_MILK);
    assertThatThrownBy(() -> export("r2"))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("would have 2 rows but the release has 5");
    database
        .createStatement()
        .execute("ALTER TABLE recommendations ALTER COLUMN item_id VARCHAR(4) NOT NULL");
    release("r3", row("ann", 1, "bergamot", 0.5, "again", "often"));
    assertThatThrownBy(() -> export("r3")).isInstanceOf(ExportException.class);
    assertThat(lists()).containsExactly("r1 ann 1 tea 0.5", "r1 bob 1 milk 0.75");
  }

  /** Both change in one transaction, so the second one's failure keeps the first one as well. */
  @Test
  void severalTablesChangeTogether() throws SQLException {
    Map<String, String> both = Map.of("recommendations", "lists", "fallback", "spare");
    seal(
        "r1",
        Map.of(
            Recommendations.TABLE,
            List.of(ANN_TEA),
            Fallback.TABLE,
            List.of(row("all", 1, "milk", 3.0))));
    assertThat(export("r1", both))
        .containsOnly(Map.entry("recommendations", 1L), Map.entry("fallback", 1L));
    assertThat(query("SELECT run_id, segment, rank, item_id, score FROM spare"))
        .containsExactly("r1 all 1 milk 3.0");
    database.createStatement().execute("ALTER TABLE spare ADD CHECK (score < 4)");
    seal(
        "r2",
        Map.of(
            Recommendations.TABLE,
            List.of(BOB_MILK),
            Fallback.TABLE,
            List.of(row("all", 1, "tea", 5.0))));
    assertThatThrownBy(() -> export("r2", both))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("SQLSTATE 23513")
        .hasMessageNotContaining("tea");
    assertThat(query("SELECT run_id, user_id FROM lists")).containsExactly("r1 ann");
  }

  @Test
  void saysWhatIsInTheWay() {
    assertThat(
            new DatabaseExport(settings("jdbc:nosuch:x", Map.of("fallback", "f")), Optional.empty())
                .problems())
        .singleElement()
        .asString()
        .contains("no JDBC driver for jdbc:nosuch:x");
    DatabaseExport absent =
        new DatabaseExport(
            settings("jdbc:h2:mem:none;IFEXISTS=TRUE", Map.of("fallback", "f")), Optional.empty());
    assertThat(absent.problems()).isEmpty();
    assertThat(absent.problemsNow())
        .singleElement()
        .asString()
        .startsWith("Cannot use export.url: ");
  }

  private Map<String, Long> export(String runId) {
    return export(runId, Map.of("recommendations", "recommendations"));
  }

  private Map<String, Long> export(String runId, Map<String, String> tables) {
    return new DatabaseExport(settings(URL, tables), Optional.empty())
        .export(spark, releases, runId);
  }

  private static ExportSettings settings(String url, Map<String, String> tables) {
    return new ExportSettings(url, null, null, tables, 2);
  }

  private void release(String runId, Row... rows) {
    seal(runId, Recommendations.TABLE, rows.length, rows);
  }

  private void seal(String runId, Map<Table, List<Row>> tables) {
    Map<String, Manifest.PublishedTable> published = new LinkedHashMap<>();
    tables.forEach(
        (table, rows) ->
            published.put(
                table.name(), write(runId, table, rows.size(), rows.toArray(Row[]::new))));
    releases.seal(Samples.manifest(runId, 0, Verdict.of(List.of())).with(published));
  }

  private void seal(String runId, Table table, long rowsSaid, Row... rows) {
    releases.seal(
        Samples.manifest(runId, 0, Verdict.of(List.of()))
            .with(Map.of(table.name(), write(runId, table, rowsSaid, rows))));
  }

  private Manifest.PublishedTable write(String runId, Table table, long rowsSaid, Row... rows) {
    rows(table.schema(), rows).write().parquet(releases.path(runId, table.name()));
    return new Manifest.PublishedTable(rowsSaid, 1, 1, List.of());
  }

  private List<String> lists() throws SQLException {
    return query(
        "SELECT run_id, user_id, rank, item_id, score FROM recommendations ORDER BY user_id, rank");
  }

  private List<String> query(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i));
        }
        found.add(String.join(" ", cells));
      }
    }
    return found;
  }
}
