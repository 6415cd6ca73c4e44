package org.nightjar.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.nightjar.table.Users;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Looks for ids in everything below a folder: in the bytes of every file, as they lie there
 * (statistics in Parquet footers are not compressed), and in every text value of every Parquet
 * table, whole or as a part. Ids of fewer than {@value ByteNeedles#MIN_BYTES} bytes occur anywhere
 * by chance, as hours or bounds of a histogram: they are looked for as whole values of columns of
 * user ids only.
 */
final class LeftoverScan {
  private static final String PARQUET = ".parquet";
  private static final int MAX_SLICES = 1000;

  private LeftoverScan() {}

  /**
   * What was looked at, and where ids were found.
   *
   * @param files files read as bytes
   * @param bytes their size
   * @param tables Parquet tables decoded
   * @param rows their rows
   * @param leftovers paths of files and tables that hold an id
   */
  record Found(long files, long bytes, int tables, long rows, List<String> leftovers) {}

  static Found scan(SparkSession spark, Path folder, Collection<String> ids) {
    List<String> files = new ArrayList<>();
    Set<String> tables = new TreeSet<>();
    long bytes = 0;
    for (LocatedFileStatus file : files(folder, spark.sparkContext().hadoopConfiguration())) {
      files.add(file.getPath().toString());
      bytes += file.getLen();
      if (file.getPath().getName().endsWith(PARQUET)) {
        tables.add(file.getPath().getParent().toString());
      }
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Sought> sought =
        context.broadcast(new Sought(new HashSet<>(ids), new ByteNeedles(ids)));
    try {
      SerializableConfiguration hadoop =
          new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
      List<String> leftovers =
          new ArrayList<>(
              files.isEmpty()
                  ? List.of()
                  : context
                      .parallelize(files, Math.min(files.size(), MAX_SLICES))
                      .filter(file -> sought.value().inBytes(file, hadoop.value()))
                      .collect());
      long rows = 0;
      for (String table : tables) {
        var all = spark.read().parquet(table);
        FilterFunction<Row> holds = row -> sought.value().in(row, false);
        rows += all.count();
        if (!all.filter(holds).isEmpty()) {
          leftovers.add(table);
        }
      }
      return new Found(files.size(), bytes, tables.size(), rows, leftovers);
    } finally {
      sought.destroy();
    }
  }

  private static List<LocatedFileStatus> files(Path folder, Configuration hadoop) {
    try {
      List<LocatedFileStatus> files = new ArrayList<>();
      var found = folder.getFileSystem(hadoop).listFiles(folder, true);
      while (found.hasNext()) {
        files.add(found.next());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids, for whole values and for parts. */
  private record Sought(Set<String> ids, ByteNeedles parts) implements java.io.Serializable {

    boolean inBytes(String file, Configuration hadoop) {
      Path path = new Path(file);
      try (InputStream in = path.getFileSystem(hadoop).open(path)) {
        return parts.occurIn(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * In a value of any type, however nested.
     *
     * @param ofUsers whether it stands in a column of user ids
     */
    boolean in(Object value, boolean ofUsers) {
      if (value instanceof String text) {
        return (ofUsers && ids.contains(text)) || parts.occurIn(text);
      }
      if (value instanceof byte[] bytes) {
        return in(new String(bytes, StandardCharsets.UTF_8), ofUsers);
      }
      if (value instanceof Row row) {
        for (int at = 0; at < row.length(); at++) {
          if (in(row.get(at), row.schema().apply(at).name().equals(Users.USER_ID))) {
            return true;
          }
        }
        return false;
      }
      if (value instanceof scala.collection.Map<?, ?> map) {
        Map<?, ?> entries = CollectionConverters.asJava(map);
        return entries.entrySet().stream()
            .anyMatch(e -> in(e.getKey(), ofUsers) || in(e.getValue(), ofUsers));
      }
      if (value instanceof Iterable<?> list) {
        for (Object each : CollectionConverters.asJava(list)) {
          if (in(each, ofUsers)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
