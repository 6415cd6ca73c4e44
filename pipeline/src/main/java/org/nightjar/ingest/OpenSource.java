package org.nightjar.ingest;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.Source;

/**
 * A source opened as Spark reads it. CSV and JSON are read as text throughout, with the lines that
 * cannot be taken apart in a column of their own.
 *
 * @param rows the source's columns, and {@link #LINE} for text formats; of JSON only those that the
 *     configuration names
 * @param found names of the source's columns, without {@link #LINE}; none if it holds nothing at
 *     all, which only some sources may
 * @param text what makes a text format differ; null for the others
 * @param unseen names of mapped columns that the rows looked at do not have, though later ones may
 * @param unreadable names of columns that Spark cannot read, with their types
 */
record OpenSource(
    Dataset<Row> rows,
    List<String> found,
    Text text,
    List<String> unseen,
    Map<String, String> unreadable) {
  /** The unreadable line; null for a sound one. Present for CSV and JSON only. */
  static final String LINE = "_nightjar_line";

  /** {@code multiLine}: whether a value, or a document, may go over several lines. */
  private static final String MULTI_LINE = "multiLine";

  private static final String UTF_8 = "UTF-8";

  /**
   * How a text source is written.
   *
   * @param format {@code csv} or {@code json}
   * @param encoding of its bytes
   */
  record Text(String format, String encoding) {
    static final String CSV = "csv";
    static final String JSON = "json";

    boolean isJson() {
      return format.equals(JSON);
    }

    /**
     * Whether what is not in the encoding is read as replacement characters. JSON in UTF-8 is not:
     * there such a line cannot be taken apart.
     */
    boolean replaces() {
      return !isJson() || !isUtf8();
    }

    boolean isUtf8() {
      return encoding.equalsIgnoreCase(UTF_8) || encoding.equalsIgnoreCase("UTF8");
    }
  }

  /** Whether the source's lines can be malformed. */
  boolean hasLines() {
    return text != null;
  }

  /** Whether the source is of JSON. */
  boolean isJson() {
    return text != null && text.isJson();
  }

  private static String format(Source source) {
    return source.format() == null ? "" : source.format().toLowerCase(Locale.ROOT);
  }

  private static Text text(Source source) {
    String format = format(source);
    if (!format.equals(Text.CSV) && !format.equals(Text.JSON)) {
      return null;
    }
    return new Text(format, encoding(options(source)));
  }

  /** The encoding that read options give; UTF-8 without. */
  static String encoding(Map<String, String> options) {
    return options.getOrDefault("encoding", options.getOrDefault("charset", UTF_8));
  }

  /** Opens the source, or adds to the problems why it cannot be opened. */
  static Optional<OpenSource> open(SparkSession spark, Place place, List<String> problems) {
    Source source = place.source();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Text text = text(source);
    Map<String, String> options = options(source);
    SourceFiles.Look files = SourceFiles.Look.NOWHERE;
    if (source.table() == null && !source.path().isEmpty()) {
      files =
          SourceFiles.at(
              hadoop,
              place,
              text == null ? null : text.encoding(),
              text == null || text.isJson() ? null : Quotes.of(CsvSource.withDefaults(source)));
      problems.addAll(files.problems());
      if (!files.problems().isEmpty()) {
        return Optional.empty();
      }
      String encoding = text == null ? null : text.encoding();
      if (place.mayBeEmpty() && SourceFiles.holdNothing(hadoop, place, encoding)) {
        return Optional.of(
            new OpenSource(spark.emptyDataFrame(), List.of(), null, List.of(), Map.of()));
      }
    }
    if (files.needsCodecs()) {
      Compression.addCodecs(hadoop, options);
    }
    try {
      OpenSource open =
          text == null
              ? TypedSource.open(spark, place)
              : text.isJson()
                  ? new JsonSource(spark, place, options, text, files).open(problems)
                  : CsvSource.open(spark, place, options, text, files, problems);
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

  /** The source's read options, by name whatever its letter case. */
  static Map<String, String> options(Source source) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(source.options());
    return options;
  }

  /**
   * The rows of a text source, those that cannot be taken apart with their line in {@link #LINE}.
   *
   * @param reader with the options of the format
   * @param schema all columns but {@link #LINE}
   */
  static Dataset<Row> permissive(
      DataFrameReader reader, String format, StructType schema, Source source) {
    return reader
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", LINE)
        .schema(schema.add(LINE, DataTypes.StringType))
        .format(format)
        .load(paths(source));
  }

  static boolean isMultiLine(Map<String, String> options) {
    return Boolean.parseBoolean(options.getOrDefault(MULTI_LINE, "false"));
  }

  static String[] paths(Source source) {
    return source.path().toArray(String[]::new);
  }

  /**
   * The lines of a text source as Spark tells them apart, in the column {@link #LINE}, bytes as
   * they are; then the columns that its folders are named for.
   */
  static Dataset<Row> lines(SparkSession spark, Source source, Map<String, String> options) {
    return spark
        .read()
        .options(options)
        .schema(new StructType().add(LINE, DataTypes.StringType))
        .format("text")
        .load(paths(source));
  }

  /** The columns that a text source's folders are named for, such as {@code month=2024-01}. */
  static List<String> folderColumns(
      SparkSession spark, Source source, Map<String, String> options, SourceFiles.Look files) {
    if (!files.hasFolderValues()) {
      return List.of();
    }
    String[] columns = lines(spark, source, options).columns();
    return List.copyOf(Arrays.asList(columns).subList(1, columns.length));
  }
}
