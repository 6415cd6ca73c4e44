package org.nightjar.run;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.Store;
import org.nightjar.table.Table;

/**
 * Every path of a run's work files, below {@code <output>/work/<run_id>/} (those of a search below
 * {@code <output>/tune/<search_id>/work/}); the only place that knows them. Tables are Parquet.
 *
 * <pre>
 * ingest/{users,items,events,requested,denied,test}
 * clean/{users,items,events,denied,test,rejects,counts}
 * shared/{profiles,traits}                             profile levels and item traits, the same for every view
 * views/VIEW/{events,truth,context,forbidden,gathered,lists}
 * views/VIEW/features/{user_features,item_features,user_item_features}
 * views/VIEW/models/MODEL/TABLE
 * views/VIEW/training/MODEL/PLACE/TABLE                {@link TrainingCheckpoints}
 * rank/learned.json                                   {@link RankingArtefact}, for a refresh
 * evaluate/metrics
 * explore/{catalogue,reject_examples,sampled_users,summaries}
 * tune/{cold_requests,cold_truth}
 * run.json, done/STEP.json                            {@link Begun}, {@link Ledger}
 * trials, figures/MODEL/SETTINGS/RUNG                  what a search finds out; of the {@code tune} command above work/, to stay
 * </pre>
 */
public final class Workspace {
  /** Name of the count of rows. */
  static final String ROWS = "rows";

  static final String WORK = "work";
  private static final String TUNE = "tune";

  /** The folders of an output that hold work files. */
  static final List<String> FOLDERS = List.of(WORK, TUNE);

  private final SparkSession spark;
  private final Path runs;
  private final Path root;

  /** By path: of the tables written in this session, so that reading them infers nothing. */
  private final Map<String, StructType> schemas = new ConcurrentHashMap<>();

  private Workspace(SparkSession spark, Path runs, String name) {
    this.spark = spark;
    this.runs = runs;
    this.root = new Path(runs, name);
  }

  /** The work folder of one run. */
  public static Workspace ofRun(SparkSession spark, String output, String runId) {
    return new Workspace(spark, new Path(output, WORK), runId);
  }

  /** The folder of a search, which no run removes: {@code <output>/tune/<search_id>/}. */
  public static Workspace ofSearch(SparkSession spark, String output, String searchId) {
    return new Workspace(spark, new Path(output, TUNE), searchId);
  }

  /** A folder of this one, as a workspace of its own. */
  Workspace part(String folder) {
    return new Workspace(spark, root, folder);
  }

  /** A path beside this folder, with the scheme of its file system. */
  String beside(String name) {
    Path path = new Path(runs, name);
    try {
      return path.getFileSystem(hadoop()).makeQualified(path).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path below the run's folder. */
  public String path(String... parts) {
    return (parts.length == 0 ? root : new Path(root, String.join("/", parts))).toString();
  }

  /** Writes a table and reads it back, so that what follows starts from the files. */
  public Dataset<Row> write(Dataset<Row> rows, String... parts) {
    store(rows, parts);
    return read(parts);
  }

  /** Writes a table and counts its rows on the way. */
  public long writeCounting(Dataset<Row> rows, String... parts) {
    return writeCounting(rows, List.of(), parts).get(ROWS);
  }

  /**
   * Writes a table and counts, while it is written, its rows ({@link #ROWS}) and more.
   *
   * @param counts aggregates of type long, by name
   */
  public Map<String, Long> writeCounting(Dataset<Row> rows, List<Column> counts, String... parts) {
    Observation written = new Observation();
    store(rows.observe(written, count(lit(1)).as(ROWS), counts.toArray(Column[]::new)), parts);
    Map<String, Long> found = new HashMap<>();
    figures(written).forEach((name, value) -> found.put(name, (Long) value));
    return found;
  }

  /** Figures by name that were observed while a table was written; waits for them. */
  static Map<String, Object> figures(Observation written) {
    try {
      return written.getAsJava();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a table was written", e);
    }
  }

  private void store(Dataset<Row> rows, String... parts) {
    rows.write().mode(SaveMode.Overwrite).parquet(path(parts));
    schemas.put(path(parts), rows.schema());
  }

  /** Adds rows to a table, which is made if it is not there. */
  public void append(Dataset<Row> rows, String... parts) {
    rows.write().mode(SaveMode.Append).parquet(path(parts));
  }

  /** A table of known columns, whoever wrote it. */
  public Dataset<Row> read(Table table, String... parts) {
    return spark.read().schema(table.schema()).parquet(path(parts));
  }

  /** A table written earlier in the run. */
  public Dataset<Row> read(String... parts) {
    String path = path(parts);
    StructType schema = schemas.get(path);
    return schema == null ? spark.read().parquet(path) : spark.read().schema(schema).parquet(path);
  }

  /** Writes or replaces a small file of text, as a whole. */
  void save(String text, String... parts) {
    Store.at(path(), hadoop()).replace(String.join("/", parts), text);
  }

  /** A small file of text; empty if there is none. */
  Optional<String> text(String... parts) {
    return Store.at(path(), hadoop()).read(String.join("/", parts));
  }

  /** Whether a table was written. */
  public boolean has(String... parts) {
    Path path = new Path(path(parts));
    try {
      return path.getFileSystem(hadoop()).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the tables or folders below a folder, ascending. */
  public List<String> list(String... parts) {
    Path path = new Path(path(parts));
    try {
      return Arrays.stream(path.getFileSystem(hadoop()).listStatus(path))
          .map(status -> status.getPath().getName())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a part of the run's folder; without any parts, all of it. */
  public void delete(String... parts) {
    if (parts.length == 0) {
      removeRun(root);
    } else {
      remove(new Path(path(parts)));
    }
  }

  /**
   * Removes the work files of every other run but of those that hold a lock of their own folder:
   * evaluations, which may go on beside a night.
   */
  public void deleteOtherRuns() {
    try {
      FileSystem files = runs.getFileSystem(hadoop());
      for (FileStatus run : files.listStatus(runs)) {
        if (!run.getPath().getName().equals(root.getName())
            && !OutputLock.isHeld(run.getPath().toString(), hadoop(), Clock.systemUTC())) {
          removeRun(run.getPath());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What says that it can be resumed goes first: a removal may be cut off. */
  private void removeRun(Path run) {
    remove(new Path(run, Begun.FILE));
    remove(new Path(run, Ledger.FOLDER));
    remove(run);
  }

  private void remove(Path path) {
    try {
      path.getFileSystem(hadoop()).delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
