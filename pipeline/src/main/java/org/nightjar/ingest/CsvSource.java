package org.nightjar.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.Source;

/** Opens CSV: all columns of the files, then those that the folders are named for, as text. */
final class CsvSource {
  private CsvSource() {}

  /** The source's read options with what Nightjar takes for granted. */
  static Map<String, String> withDefaults(Source source) {
    Map<String, String> options = OpenSource.options(source);
    addDefaults(source, options);
    return options;
  }

  private static void addDefaults(Source source, Map<String, String> options) {
    // As RFC 4180 and most writers have it: a quote within quotes is doubled.
    options.putIfAbsent("escape", "\"");
    options.putIfAbsent("header", Boolean.toString(source.header().isEmpty()));
    // Spark looks for the byte of a line's end, which in these encodings is half or a quarter of
    // one.
    if (OpenSource.encoding(options).toUpperCase(Locale.ROOT).matches("UTF-?(16|32).*")
        && !options.containsKey("lineSep")) {
      options.putIfAbsent("multiLine", "true");
    }
  }

  /** The source, or null with problems added. */
  static OpenSource open(
      SparkSession spark,
      Place place,
      Map<String, String> options,
      OpenSource.Text text,
      SourceFiles.Look files,
      List<String> problems) {
    Source source = place.source();
    addDefaults(source, options);
    boolean named = source.header().isEmpty();
    if (named && !files.openQuotes().isEmpty()) {
      problems.add(openQuote(place, files));
      return null;
    }
    List<String> found =
        Arrays.asList(
            spark
                .read()
                .options(options)
                .option("inferSchema", false)
                .format(OpenSource.Text.CSV)
                .load(OpenSource.paths(source))
                .columns());
    List<String> names = found;
    if (!named) {
      List<String> ofFolders = OpenSource.folderColumns(spark, source, options, files);
      names = new ArrayList<>(source.header());
      ofFolders.stream().filter(f -> !source.header().contains(f)).forEach(names::add);
      if (names.size() != found.size()) {
        problems.add(
            files.openQuotes().isEmpty()
                ? place.problem(
                    String.format(
                        Locale.ROOT,
                        "header names %d columns but the first line has %d (separator '%s')",
                        source.header().size(),
                        found.size() - ofFolders.size(),
                        Quotes.separator(options)),
                    ".header or options.sep")
                : openQuote(place, files));
        return null;
      }
    }
    StructType schema = new StructType();
    for (String name : names) {
      schema = schema.add(name, DataTypes.StringType);
    }
    Dataset<Row> rows =
        OpenSource.permissive(
            spark
                .read()
                .options(options)
                .option("columnPruning", false)
                // Compares every file's header with the first one's, where the names are the
                // file's own.
                .option("enforceSchema", !named || hasMadeUpNames(names)),
            OpenSource.Text.CSV,
            schema,
            source);
    return new OpenSource(rows, names, text, List.of(), Map.of());
  }

  private static String openQuote(Place place, SourceFiles.Look files) {
    return place.problem(
        String.format(
            Locale.ROOT,
            "the first line of '%s' opens a quote and does not close it",
            files.openQuotes().get(0)),
        ".path: repair the line; or give options.quote: '' if quotes are part of the values, or"
            + " options.multiLine: true if values go over several lines");
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
}
