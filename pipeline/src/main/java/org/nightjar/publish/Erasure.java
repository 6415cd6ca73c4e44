package org.nightjar.publish;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.PrivacyKey;
import org.nightjar.table.Explanations;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SampledUsers;
import org.nightjar.table.Table;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes users from an output for good. First they are put on the list of those who stay out
 * ({@link Suppression}), so that no later night brings them back even if the rest is cut off; then
 * work files, searches and unfinished releases go altogether, since another run makes them anew;
 * then every file of every release that holds a row of theirs is replaced by one without. A file is
 * replaced in one step under its own name: a reader finds either the old or the new one, and rows
 * of everybody else as they were. Doing it again does no harm and finishes what was cut off.
 *
 * <p>To be called by the one who holds the lock.
 */
public final class Erasure {
  private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);
  static final String RECEIPTS = "erasures";
  private static final String BESIDE = ".erasure";
  private static final String FILE = "file";
  private static final String ROWS = "rows";

  /** The tables of a release that name users. */
  private static final List<Table> TABLES =
      List.of(Recommendations.TABLE, Explanations.TABLE, UserMetrics.PUBLISHED, SampledUsers.TABLE);

  private final SparkSession spark;
  private final Releases releases;
  private final Store store;
  private final Clock clock;

  /** From the releases of an output. */
  public Erasure(SparkSession spark, Releases releases, Clock clock) {
    this.spark = spark;
    this.releases = releases;
    this.store = releases.store();
    this.clock = clock;
  }

  /**
   * What was done; it names nobody. Kept as {@code erasures/00000001-ID.json}.
   *
   * @param id of the erasure
   * @param at when it was finished
   * @param users how many ids were given
   * @param rowsRemoved by release and table, where rows were found
   * @param foldersRemoved of work files
   * @param filesScanned afterwards, as bytes
   * @param bytesScanned their size
   * @param tablesScanned decoded
   * @param rowsScanned their rows
   * @param idsTooShortForBytes ids that were looked for as whole values only
   * @param leftovers files and tables that still hold an id; empty if the erasure is complete
   */
  public record Receipt(
      String id,
      Instant at,
      long users,
      Map<String, Long> rowsRemoved,
      List<String> foldersRemoved,
      long filesScanned,
      long bytesScanned,
      int tablesScanned,
      long rowsScanned,
      long idsTooShortForBytes,
      List<String> leftovers) {}

  /**
   * Removes users and looks whether anything of them is left.
   *
   * @param id for the receipt
   * @param users their ids as the sources have them, each once
   * @param key for the list of those who stay out; pseudonyms made with it are removed too
   * @param suppression that list
   * @param folders of work files, relative to the output
   */
  public Receipt erase(
      String id,
      List<String> users,
      PrivacyKey key,
      Suppression suppression,
      List<String> folders) {
    suppression.add(users, key);
    Set<String> names = new LinkedHashSet<>(users);
    users.forEach(user -> names.add(key.pseudonym(user)));
    List<String> removed = folders.stream().filter(store::exists).toList();
    removed.forEach(store::delete);
    releases.removeUnsealed(runId -> false);
    store.delete(BESIDE);
    Map<String, Long> rows = new LinkedHashMap<>();
    Dataset<Row> ids =
        spark.createDataset(List.copyOf(names), Encoders.STRING()).toDF(Users.USER_ID);
    for (String runId : releases.runIds()) {
      amend(runId, ids, rows);
    }
    store.delete(BESIDE);
    LeftoverScan.Found found = LeftoverScan.scan(spark, store.root(), names);
    Receipt receipt =
        new Receipt(
            id,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            users.size(),
            rows,
            removed,
            found.files(),
            found.bytes(),
            found.tables(),
            found.rows(),
            users.stream().filter(user -> user.length() < ByteNeedles.MIN_BYTES).count(),
            found.leftovers());
    store.append(RECEIPTS, id + ".json", Json.write(receipt));
    return receipt;
  }

  /**
   * Also puts the manifest of a release right whose erasure was cut off. One that is damaged stays
   * so: users are removed from the tables that are there.
   */
  private void amend(String runId, Dataset<Row> ids, Map<String, Long> rowsRemoved) {
    StoredJson<Manifest> stored = releases.stored(runId);
    if (stored.value().isEmpty()) {
      LOG.warn("{}; its tables are erased from as they are", stored.described());
      for (Table table : TABLES) {
        if (store.exists(Releases.FOLDER + "/" + runId + "/" + table.name())) {
          note(runId, table, remove(runId, table, ids), rowsRemoved);
        }
      }
      return;
    }
    Manifest manifest = stored.value().orElseThrow();
    Map<String, Manifest.PublishedTable> tables = new LinkedHashMap<>(manifest.tables());
    for (Table table : TABLES) {
      if (tables.containsKey(table.name())) {
        note(runId, table, remove(runId, table, ids), rowsRemoved);
        List<FileStatus> files = releases.dataFiles(runId, table.name());
        tables.put(
            table.name(),
            new Manifest.PublishedTable(
                spark.read().parquet(releases.path(runId, table.name())).count(),
                files.size(),
                files.stream().mapToLong(FileStatus::getLen).sum(),
                tables.get(table.name()).columns()));
      }
    }
    if (!tables.equals(manifest.tables())) {
      releases.amend(manifest.with(tables));
    }
  }

  private static void note(String runId, Table table, long removed, Map<String, Long> rowsRemoved) {
    if (removed > 0) {
      rowsRemoved.put(runId + "/" + table.name(), removed);
    }
  }

  private long remove(String runId, Table table, Dataset<Row> ids) {
    String folder = releases.path(runId, table.name());
    List<Row> affected =
        spark
            .read()
            .parquet(folder)
            .select(col(Users.USER_ID), col("_metadata.file_name").as(FILE))
            .join(broadcast(ids), Users.USER_ID)
            .groupBy(FILE)
            .agg(count(lit(1)).as(ROWS))
            .orderBy(FILE)
            .collectAsList();
    long removed = 0;
    for (Row file : affected) {
      rewrite(runId, table, file.getAs(FILE), ids);
      removed += file.<Long>getAs(ROWS);
    }
    LOG.info(
        "erased run={} table={} files={} rows={}", runId, table.name(), affected.size(), removed);
    return removed;
  }

  private void rewrite(String runId, Table table, String file, Dataset<Row> ids) {
    Column[] order = table.key().stream().map(key -> col(key)).toArray(Column[]::new);
    String beside = store.path(BESIDE).toString();
    ReleaseWriter.save(
        spark
            .read()
            .parquet(releases.path(runId, table.name()) + "/" + file)
            .join(broadcast(ids), new String[] {Users.USER_ID}, "left_anti")
            .coalesce(1)
            .sortWithinPartitions(order),
        beside,
        0);
    List<FileStatus> written = new ArrayList<>(store.list(BESIDE));
    written.removeIf(each -> !each.getPath().getName().endsWith(Releases.DATA_FILE));
    if (written.size() != 1) {
      throw new IllegalStateException("one file became " + written.size() + " in " + beside);
    }
    store.replaceBy(
        written.get(0).getPath(), Releases.FOLDER + "/" + runId + "/" + table.name() + "/" + file);
    store.delete(BESIDE);
  }
}
