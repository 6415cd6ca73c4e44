package org.nightjar.ingest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.Source;

/** Opens what brings its own types: Parquet, ORC, databases, catalogue tables and others. */
final class TypedSource {
  private static final String PARQUET = "parquet";

  /** Formats of which Spark takes one file's columns for those of all, unless told otherwise. */
  private static final Set<String> OF_ONE_FILE = Set.of(PARQUET, "orc");

  private static final String MERGE_SCHEMA = "mergeSchema";

  private TypedSource() {}

  /**
   * The source. When a mapped column is not in the file that Spark asks for the columns, all files
   * are asked. Parquet columns of types that Spark cannot read are left out.
   *
   * @throws IOException when a file cannot be read; Spark throws others undeclared
   */
  static OpenSource open(SparkSession spark, Place place) throws IOException {
    Source source = place.source();
    Map<String, String> options = OpenSource.options(source);
    OpenSource open = open(spark, source, options);
    boolean asksOneFile =
        source.table() == null
            && !source.path().isEmpty()
            && OF_ONE_FILE.contains(source.format().toLowerCase(Locale.ROOT))
            && !options.containsKey(MERGE_SCHEMA);
    if (!asksOneFile || hasAll(open, source)) {
      return open;
    }
    options.put(MERGE_SCHEMA, "true");
    return open(spark, source, options);
  }

  private static boolean hasAll(OpenSource open, Source source) {
    return source.columns().values().stream()
        .flatMap(mapping -> MappedColumn.sources(mapping).stream())
        .allMatch(
            name ->
                open.unreadable().containsKey(name) || MappedColumn.find(open, name).isPresent());
  }

  private static OpenSource open(SparkSession spark, Source source, Map<String, String> options)
      throws IOException {
    try {
      return typed(rows(spark, source, options, null), Map.of());
    } catch (Exception e) { // Spark throws checked ones undeclared
      if (!ReadFailures.isParquetType(e) || source.path().isEmpty()) {
        throw e;
      }
      Map<String, String> unreadable = new LinkedHashMap<>();
      StructType readable =
          readable(spark.sparkContext().hadoopConfiguration(), source, unreadable);
      if (unreadable.isEmpty() || readable.isEmpty()) {
        throw e;
      }
      return typed(rows(spark, source, options, readable), unreadable);
    }
  }

  private static OpenSource typed(Dataset<Row> rows, Map<String, String> unreadable) {
    List<String> found = new ArrayList<>(Arrays.asList(rows.columns()));
    found.addAll(unreadable.keySet());
    return new OpenSource(rows, found, null, List.of(), unreadable);
  }

  private static Dataset<Row> rows(
      SparkSession spark, Source source, Map<String, String> options, StructType schema) {
    var reader = spark.read().options(options);
    if (schema != null) {
      reader = reader.schema(schema);
    }
    if (source.table() != null) {
      return reader.table(source.table());
    }
    reader = reader.format(source.format());
    return source.path().isEmpty() ? reader.load() : reader.load(OpenSource.paths(source));
  }

  /**
   * The columns of the first Parquet file that Spark can read; why not, of the others, is added by
   * name. This is what Spark does, but column by column; it is done only where Spark refused.
   */
  private static StructType readable(
      Configuration hadoop, Source source, Map<String, String> unreadable) throws IOException {
    ParquetToSparkSchemaConverter converter = new ParquetToSparkSchemaConverter(SQLConf.get());
    Map<String, StructField> readable = new LinkedHashMap<>();
    Path first = firstFile(hadoop, source);
    for (Type column : footer(hadoop, first).getFields()) {
      try {
        StructType one = converter.convert(new MessageType("one", column));
        readable.putIfAbsent(column.getName(), one.fields()[0]);
      } catch (Exception e) { // Spark throws checked ones undeclared
        unreadable.put(column.getName(), ReadFailures.brief(e).replaceFirst("^\\[\\w+] ", ""));
      }
    }
    return new StructType(readable.values().toArray(StructField[]::new));
  }

  private static MessageType footer(Configuration hadoop, Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      return reader.getFooter().getFileMetaData().getSchema();
    }
  }

  /** The first file with data, by path. */
  private static Path firstFile(Configuration hadoop, Source source) throws IOException {
    for (String path : source.path()) {
      Path glob = new Path(path);
      FileSystem system = glob.getFileSystem(hadoop);
      FileStatus[] matches = system.globStatus(glob);
      for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
        var inside = system.listFiles(match.getPath(), true);
        while (inside.hasNext()) {
          FileStatus file = inside.next();
          String name = file.getPath().getName();
          if (!name.startsWith("_") && !name.startsWith(".") && file.getLen() > 0) {
            return file.getPath();
          }
        }
      }
    }
    throw new IOException("no file with data under " + source.path());
  }
}
