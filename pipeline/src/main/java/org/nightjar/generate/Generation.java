package org.nightjar.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.nightjar.table.Events;

/**
 * Writes a made-up shop: its three sources, a configuration that runs on them, and an account of
 * what was written.
 *
 * <pre>
 * OUT/users, OUT/items, OUT/events      the sources, Parquet or CSV
 * OUT/nightjar.yaml                     for {@code run --conf}
 * OUT/generated.json                    settings and rows by table, spoilt ones by kind; written last
 * </pre>
 */
public final class Generation {
  private static final String CONFIGURATION = "nightjar.yaml";
  private static final String ACCOUNT = "generated.json";
  private static final String ROWS = "rows";
  private static final int MOST_HOLDOUT_DAYS = 28;
  private static final int ID_LENGTH = 10;

  private Generation() {}

  /** How the sources are written. */
  public enum Format {
    PARQUET,
    CSV;

    /** In lower case, as on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What was written.
   *
   * @param configuration location of the configuration file
   * @param rows by table, then by kind of dirt; {@code rows} counts them all
   */
  public record Written(String configuration, Map<String, Map<String, Long>> rows) {}

  /**
   * Generates and writes.
   *
   * @param out a folder that is absent, empty or was written by an earlier call; a local path or a
   *     URI of any Hadoop file system
   * @throws InputException if there is something else in the folder
   */
  public static Written write(SparkSession spark, ShopSize size, Format format, String out) {
    try {
      Path folder = new Path(out);
      FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
      folder = files.makeQualified(folder);
      requireFree(files, folder);
      Shop shop = new Shop(spark, size);
      Map<String, Map<String, Long>> rows = new LinkedHashMap<>();
      rows.put(
          ShopTables.USERS,
          table(shop.users(), Dirt.OF_USERS, format, new Path(folder, ShopTables.USERS)));
      rows.put(
          ShopTables.ITEMS,
          table(shop.items(), Dirt.OF_ITEMS, format, new Path(folder, ShopTables.ITEMS)));
      rows.put(
          ShopTables.EVENTS,
          table(shop.events(), Dirt.OF_EVENTS, format, new Path(folder, ShopTables.EVENTS)));
      Path configuration = new Path(folder, CONFIGURATION);
      text(files, configuration, configuration(size, format, folder));
      Map<String, Object> account = new LinkedHashMap<>();
      account.put("size", new ObjectMapper().convertValue(sizes(size), Map.class));
      account.put("format", format.toString());
      account.put(ROWS, rows);
      text(
          files,
          new Path(folder, ACCOUNT),
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(account));
      return new Written(configuration.toString(), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The events of a clean shop as cleaning would leave them, {@link Events#CLEAN}: dense indexes
   * without a look at any table, since ids hold numbers.
   *
   * @throws InputException if the shop is to have dirt
   */
  public static Dataset<Row> cleanEvents(SparkSession spark, ShopSize size) {
    Require.that(size.dirt() == 0, "dirt is %s but clean events have none", size.dirt());
    Dataset<Row> rows =
        new Shop(spark, size)
            .events()
            .withColumn(Events.USER, col(Events.USER_ID).substr(2, ID_LENGTH).cast("int"))
            .withColumn(Events.ITEM, col(Events.ITEM_ID).substr(2, ID_LENGTH).cast("int"))
            .withColumn(Events.EVENT_TYPE, lit("purchase"))
            .withColumn(Events.EVENT_AT, col(Events.EVENT_AT).cast("timestamp"))
            .withColumn(Events.QUANTITY, col(Events.QUANTITY).cast("double"));
    return Events.CLEAN.conform(Events.CLEAN.filled(rows));
  }

  private static void requireFree(FileSystem files, Path folder) throws IOException {
    if (files.exists(folder)
        && files.listStatus(folder).length > 0
        && !files.exists(new Path(folder, ACCOUNT))) {
      throw new InputException(
          String.format(
              "Cannot generate into '%s': there is something else in it (no %s). Choose another --out or"
                  + " empty it.",
              folder, ACCOUNT));
    }
  }

  private static Map<String, Long> table(
      Dataset<Row> rows, List<Dirt.Kind> kinds, Format format, Path path) {
    Observation written = new Observation();
    List<Column> counts = new ArrayList<>();
    kinds.forEach(
        kind -> counts.add(count_if(col(ShopTables.DIRT).equalTo(kind.name())).as(kind.name())));
    DataFrameWriter<Row> writer =
        rows.observe(written, count(lit(1)).as(ROWS), counts.toArray(Column[]::new))
            .drop(ShopTables.DIRT)
            .write()
            .mode(SaveMode.Overwrite);
    if (format == Format.CSV) {
      writer.option("header", true).option("compression", "gzip").csv(path.toString());
    } else {
      writer.parquet(path.toString());
    }
    Map<String, Long> counted = new LinkedHashMap<>();
    try {
      Map<String, Object> seen = written.getAsJava();
      counted.put(ROWS, (Long) seen.get(ROWS));
      kinds.forEach(kind -> counted.put(kind.name(), (Long) seen.get(kind.name())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a table was written", e);
    }
    return counted;
  }

  private static Map<String, Object> sizes(ShopSize size) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("users", size.users());
    values.put("items", size.items());
    values.put("events", size.events());
    values.put("days", size.days());
    values.put("lastDay", size.lastDay().toString());
    values.put("seed", size.seed());
    values.put("dirt", size.dirt());
    values.put("zipf", size.zipf());
    values.put("spread", size.spread());
    values.put("heaviest", size.heaviest());
    return values;
  }

  private static String configuration(ShopSize size, Format format, Path folder)
      throws IOException {
    try (InputStream template = Generation.class.getResourceAsStream(CONFIGURATION)) {
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@folder@", folder.toString())
          .replace("@format@", format.toString())
          .replace("@options@", format == Format.CSV ? "{header: true}" : "{}")
          .replace("@from@", size.firstDay().toString())
          .replace("@to@", size.lastDay().plusDays(1).toString())
          .replace("@seed@", Long.toString(size.seed()))
          .replace(
              "@holdout@",
              Double.toString(Math.min(MOST_HOLDOUT_DAYS, Math.max(size.days() / 4.0, 0.25))));
    }
  }

  private static void text(FileSystem files, Path path, String text) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
