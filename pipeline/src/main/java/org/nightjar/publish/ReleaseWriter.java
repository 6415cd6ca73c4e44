package org.nightjar.publish;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.nightjar.config.OutputSettings;
import org.nightjar.table.Fallback;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;
import org.nightjar.table.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the Parquet tables of a release into its folder, unseen by readers until the pointer is
 * swapped. Each table is range-partitioned and sorted by its key and zstd-compressed, with small
 * row groups and pages, so that the rows of one user (or item) are found from the footers'
 * statistics by reading a few pages. Scores are rounded to 10⁻⁶, so that equal runs give equal
 * rows.
 */
public final class ReleaseWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseWriter.class);

  private static final int SCORE_DECIMALS = 6;

  /** Files are planned this full, so that uneven ranges seldom spill into a further file. */
  private static final double FILL = 0.75;

  /** Engines that skip by row group, such as DuckDB, read this many rows for one user. */
  private static final int ROW_GROUP_ROWS = 131_072;

  /** Engines that skip by page read this many. */
  private static final int PAGE_ROWS = 4_096;

  private final Releases releases;
  private final OutputSettings settings;

  /** Writes into the given output. */
  public ReleaseWriter(Releases releases, OutputSettings settings) {
    this.releases = releases;
    this.settings = settings;
  }

  /**
   * Writes all tables under {@code releases/RUN}. Remains of an unfinished run of that id are
   * removed first. The release does not count before {@link Releases#seal} and is not read before
   * {@link Releases#promote}.
   *
   * <p>A list row whose user or item is unknown cannot be written; {@link ReleaseCheck} finds it
   * missing, since the counts given back are those of the rows handed over.
   *
   * @return by table name: rows handed over, files, bytes, columns, in the order of writing
   * @throws org.nightjar.InputException if the release exists already, or a table has missing or
   *     wrongly typed columns
   */
  public Map<String, Manifest.PublishedTable> write(String runId, ReleaseTables tables) {
    releases.clear(runId);
    Dataset<Row> lists = Recommendations.INDEXED.conform(tables.lists());
    Map<String, Manifest.PublishedTable> written = new LinkedHashMap<>();
    put(
        written,
        runId,
        Recommendations.TABLE,
        lists.count(),
        Recommendations.TABLE.conform(
            rounded(withIds(lists, tables.users(), tables.items()), Recommendations.SCORE)));
    Dataset<Row> fallback = rounded(Fallback.TABLE.conform(tables.fallback()), Fallback.SCORE);
    put(written, runId, Fallback.TABLE, fallback.count(), fallback);
    Dataset<Row> similar =
        rounded(SimilarItems.TABLE.conform(tables.similarItems()), SimilarItems.SCORE);
    put(written, runId, SimilarItems.TABLE, similar.count(), similar);
    Dataset<Row> metrics = Metrics.TABLE.conform(tables.metrics());
    put(written, runId, Metrics.TABLE, metrics.count(), metrics);
    tables
        .further()
        .forEach(
            (table, rows) -> {
              Dataset<Row> sheet = table.conform(rows);
              put(written, runId, table, sheet.count(), sheet);
            });
    return Collections.unmodifiableMap(written);
  }

  private void put(
      Map<String, Manifest.PublishedTable> written,
      String runId,
      Table table,
      long rows,
      Dataset<Row> sheet) {
    int planned = files(rows);
    Column[] order = table.key().stream().map(key -> col(key)).toArray(Column[]::new);
    // The first column of the key alone makes the ranges: one user's rows stay in one file.
    save(
        sheet.repartitionByRange(planned, order[rangeColumn(table)]).sortWithinPartitions(order),
        releases.path(runId, table.name()),
        settings.maxRowsPerFile());
    List<FileStatus> files = releases.dataFiles(runId, table.name());
    long bytes = files.stream().mapToLong(FileStatus::getLen).sum();
    written.put(
        table.name(),
        new Manifest.PublishedTable(rows, files.size(), bytes, Manifest.Column.of(table.schema())));
    LOG.info("written table={} rows={} files={} bytes={}", table.name(), rows, files.size(), bytes);
  }

  /**
   * Writes sorted rows as files of a release are.
   *
   * @param maxRowsPerFile 0 for any number
   */
  static void save(Dataset<Row> sorted, String folder, long maxRowsPerFile) {
    sorted
        .write()
        .mode(SaveMode.ErrorIfExists)
        .option("compression", "zstd")
        .option("maxRecordsPerFile", maxRowsPerFile)
        .option("parquet.block.row.count.limit", ROW_GROUP_ROWS)
        .option("parquet.page.row.count.limit", PAGE_ROWS)
        .parquet(folder);
  }

  /** The run id, first in the key of the metrics, is the same in all rows. */
  private static int rangeColumn(Table table) {
    return table.key().get(0).equals(Metrics.RUN_ID) ? 1 : 0;
  }

  private int files(long rows) {
    return (int) Math.max(1, Math.ceil(rows / Math.max(1, settings.maxRowsPerFile() * FILL)));
  }

  private static Dataset<Row> withIds(Dataset<Row> lists, Dataset<Row> users, Dataset<Row> items) {
    Dataset<Row> itemIds = items.select(Items.ITEM, Items.ITEM_ID);
    Dataset<Row> userIds = users.select(Users.USER, Users.USER_ID);
    return lists.join(broadcast(itemIds), Items.ITEM).join(userIds, Users.USER);
  }

  /** Adding zero turns −0 into 0. */
  private static Dataset<Row> rounded(Dataset<Row> rows, String column) {
    return rows.withColumn(column, round(col(column), SCORE_DECIMALS).plus(lit(0.0)));
  }
}
