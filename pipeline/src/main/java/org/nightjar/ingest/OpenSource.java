package org.nightjar.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.Source;

/**
 * A source opened as Spark reads it. CSV and JSON are read as text throughout, with the lines that
 * cannot be taken apart in a column of their own.
 *
 * @param rows the source's columns, and {@link #LINE} for text formats
 * @param found names of the source's columns, without {@link #LINE}
 */
record OpenSource(Dataset<Row> rows, List<String> found) {
  /** The unreadable line; null for a sound one. Present for CSV and JSON only. */
  static final String LINE = "_nightjar_line";

  private static final String CSV = "csv";
  private static final String JSON = "json";

  /** How many lines of JSON tell its fields. */
  private static final int JSON_SAMPLE_LINES = 10_000;

  /** Whether the source's lines can be malformed. */
  boolean hasLines() {
    return Arrays.asList(rows.columns()).contains(LINE);
  }

  /** The encoding that a text source has; null for formats that bring their own. */
  static String encoding(Source source) {
    String format = source.format() == null ? "" : source.format().toLowerCase(Locale.ROOT);
    if (!format.equals(CSV) && !format.equals(JSON)) {
      return null;
    }
    Map<String, String> options = options(source);
    return options.getOrDefault("encoding", options.getOrDefault("charset", "UTF-8"));
  }

  /** Opens the source, or adds to the problems why it cannot be opened. */
  static Optional<OpenSource> open(SparkSession spark, Place place, List<String> problems) {
    Source source = place.source();
    if (source.table() == null && !source.path().isEmpty()) {
      List<String> inFiles =
          SourceFiles.problems(spark.sparkContext().hadoopConfiguration(), place, encoding(source));
      problems.addAll(inFiles);
      if (!inFiles.isEmpty()) {
        return Optional.empty();
      }
    }
    try {
      OpenSource open =
          switch (source.format() == null ? "" : source.format().toLowerCase(Locale.ROOT)) {
            case CSV -> csv(spark, place, problems);
            case JSON -> json(spark, place);
            default -> typed(spark, source);
          };
      if (open != null && open.found().isEmpty()) {
        problems.add(place.problem("it has no columns, so it is empty", ".path"));
        return Optional.empty();
      }
      return Optional.ofNullable(open);
    } catch (Exception e) {
      // Spark throws checked exceptions here that its signatures do not declare.
      problems.add(unreadable(place, e));
      return Optional.empty();
    }
  }

  private static String unreadable(Place place, Exception e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    if (message.contains("DATA_SOURCE_NOT_FOUND") || message.contains("ClassNotFound")) {
      return place.problem(
          "there is no Spark data source '" + place.source().format() + "' on the class path",
          ".format, or give its jar: NIGHTJAR_JARS of scripts/nightjar, --jars of spark-submit");
    }
    if (message.contains("UNABLE_TO_INFER_SCHEMA")) {
      return place.problem("it is empty", ".path");
    }
    String where = place.source().table() != null ? ".table" : ".path or its format and options";
    return place.problem(ReadFailures.why(e), where);
  }

  private static Map<String, String> options(Source source) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(source.options());
    return options;
  }

  private static String[] paths(Source source) {
    return source.path().toArray(String[]::new);
  }

  private static OpenSource csv(SparkSession spark, Place place, List<String> problems) {
    Source source = place.source();
    Map<String, String> options = options(source);
    // As RFC 4180 and most writers have it: a quote within quotes is doubled.
    options.putIfAbsent("escape", "\"");
    options.putIfAbsent("header", Boolean.toString(source.header().isEmpty()));
    String[] inFile =
        spark
            .read()
            .options(options)
            .option("inferSchema", false)
            .format(CSV)
            .load(paths(source))
            .columns();
    List<String> names = Arrays.asList(inFile);
    if (!source.header().isEmpty()) {
      if (inFile.length != source.header().size()) {
        problems.add(
            place.problem(
                String.format(
                    Locale.ROOT,
                    "header names %d columns but the first line has %d (separator '%s')",
                    source.header().size(),
                    inFile.length,
                    options.getOrDefault("sep", options.getOrDefault("delimiter", ","))),
                ".header or options.sep"));
        return null;
      }
      names = source.header();
    }
    StructType schema = new StructType();
    for (String name : names) {
      schema = schema.add(name, DataTypes.StringType);
    }
    Dataset<Row> rows =
        spark
            .read()
            .options(options)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", LINE)
            .option("columnPruning", false)
            // Compares every file's header with the first one's, where the names are the file's
            // own.
            .option("enforceSchema", !source.header().isEmpty() || hasMadeUpNames(names))
            .schema(schema.add(LINE, DataTypes.StringType))
            .format(CSV)
            .load(paths(source));
    return new OpenSource(rows, names);
  }

  /** Whether Spark named a column by its place: one without a name, or one of several alike. */
  private static boolean hasMadeUpNames(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals("_c" + i)) {
        return true;
      }
      for (int j = 0; j < i; j++) {
        String stem = names.get(i).replaceFirst(i + "$", "");
        if (names.get(i).equals(stem + i) && names.get(j).equals(stem + j)) {
          return true;
        }
      }
    }
    return false;
  }

  private static OpenSource json(SparkSession spark, Place place) {
    Source source = place.source();
    Map<String, String> options = options(source);
    options.put("primitivesAsString", "true");
    StructType sample;
    if (Boolean.parseBoolean(options.getOrDefault("multiLine", "false"))) {
      sample = spark.read().options(options).format(JSON).load(paths(source)).schema();
    } else {
      Dataset<String> lines =
          spark
              .read()
              .format("text")
              .load(paths(source))
              .limit(JSON_SAMPLE_LINES)
              .as(Encoders.STRING());
      sample = spark.read().options(options).json(lines).schema();
    }
    StructType schema = new StructType();
    List<String> names = new ArrayList<>();
    for (StructField field : sample.fields()) {
      if (!field.name().equals("_corrupt_record")) {
        schema = schema.add(field.name(), asText(field.dataType()));
        names.add(field.name());
      }
    }
    Dataset<Row> rows =
        spark
            .read()
            .options(options)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", LINE)
            .schema(schema.add(LINE, DataTypes.StringType))
            .format(JSON)
            .load(paths(source));
    return new OpenSource(rows, names);
  }

  /** The same shape with text for every leaf. */
  private static DataType asText(DataType type) {
    if (type instanceof StructType struct) {
      StructType text = new StructType();
      for (StructField field : struct.fields()) {
        text = text.add(field.name(), asText(field.dataType()));
      }
      return text;
    }
    return type instanceof ArrayType array
        ? DataTypes.createArrayType(asText(array.elementType()))
        : DataTypes.StringType;
  }

  private static OpenSource typed(SparkSession spark, Source source) {
    var reader = spark.read().options(source.options());
    Dataset<Row> rows;
    if (source.table() != null) {
      rows = reader.table(source.table());
    } else if (source.path().isEmpty()) {
      rows = reader.format(source.format()).load();
    } else {
      rows = reader.format(source.format()).load(paths(source));
    }
    return new OpenSource(rows, Arrays.asList(rows.columns()));
  }
}
