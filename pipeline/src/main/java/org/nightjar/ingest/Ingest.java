package org.nightjar.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.try_to_timestamp;
import static org.apache.spark.sql.functions.when;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.nightjar.InputException;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Configuration;
import org.nightjar.table.Events;

/**
 * Reads the sources of a configuration into canonical tables, see {@link Ingested}.
 *
 * <p>CSV and JSON are read as text and parsed here, so that no value becomes null unseen. Numbers
 * are decimal, perhaps with exponent; NaN and infinity do not parse. Times follow the mapping's
 * format and zone. All texts but categories are trimmed; what is blank is null. Expressions ({@code
 * expr}) are evaluated without ANSI errors: what they cannot compute is null.
 */
public final class Ingest {
  private static final String ANSI = "spark.sql.ansi.enabled";
  private static final String TEXT_PREFIX = "_text_";

  /** How many rows of a source are looked at before a run. */
  private static final int SAMPLE_ROWS = 1000;

  /** How many values that do not parse, and none that does, condemn a column that has gaps. */
  private static final int TELLING_VALUES = 20;

  private static final String DEFAULT_EVENT_TYPE = "purchase";

  private Ingest() {}

  /**
   * Every problem that can be known without reading all rows: files missing, empty, binary or in
   * another encoding, formats that are not there, columns missing or of an unsuitable type, bad
   * expressions and formats, and columns of which none of the first rows parses. Opens the sources
   * and reads at most their first {@value #SAMPLE_ROWS} rows.
   *
   * @return full sentences, in the order of the sources; empty when all is well
   */
  public static List<String> check(SparkSession spark, Configuration configuration) {
    List<String> problems = new ArrayList<>();
    List<Place> places = Place.of(configuration);
    checkNames(places, problems);
    for (Place place : places) {
      Optional<Canonical> canonical = canonical(spark, place, problems);
      canonical.ifPresent(c -> problems.addAll(sampleProblems(place, c)));
    }
    return problems;
  }

  /**
   * The sources in canonical columns. Nothing is read yet but what {@link #check} reads.
   *
   * @throws InputException with everything that {@link #check} finds
   */
  public static Ingested read(SparkSession spark, Configuration configuration) {
    List<String> problems = new ArrayList<>();
    List<Place> places = Place.of(configuration);
    checkNames(places, problems);
    Map<String, Dataset<Row>> tables = new HashMap<>();
    List<UnseenColumn> unseen = new ArrayList<>();
    for (Place place : places) {
      Optional<Canonical> canonical = canonical(spark, place, problems);
      if (canonical.isPresent()) {
        problems.addAll(sampleProblems(place, canonical.get()));
        tables.merge(place.role(), canonical.get().finished(place), Dataset::unionByName);
        unseen.addAll(canonical.get().unseen(place));
      }
    }
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    return new Ingested(
        tables.get(Place.USERS),
        tables.get(Place.ITEMS),
        tables.get(Place.EVENTS),
        tables.get(Place.REQUESTED),
        tables.get(Place.DENIED),
        tables.get(Place.TEST),
        List.copyOf(unseen));
  }

  /** The consents in canonical columns, for {@link Admission}; empty if none are configured. */
  public static Optional<Dataset<Row>> consent(SparkSession spark, Configuration configuration) {
    List<String> problems = new ArrayList<>();
    Optional<Dataset<Row>> consent =
        Place.of(configuration).stream()
            .filter(place -> place.role().equals(Place.CONSENT))
            .findFirst()
            .flatMap(place -> canonical(spark, place, problems).map(c -> c.finished(place)));
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    return consent;
  }

  /**
   * The user's view of a failure while the sources were read: a gzip cut short, a file gone
   * missing, damaged or of another format. Empty when the failure is none of these, so our own.
   */
  public static Optional<InputException> explain(Throwable failure, Configuration configuration) {
    return ReadFailures.explain(failure, Place.of(configuration));
  }

  private static void checkNames(List<Place> places, List<String> problems) {
    Set<String> taken = new LinkedHashSet<>();
    for (Place place : places) {
      if (!taken.add(place.name())) {
        problems.add(
            place.problem("its name '" + place.name() + "' is taken by another source", ".name"));
      }
    }
  }

  /**
   * A source in canonical columns, parsed but not yet judged.
   *
   * @param parsed canonical columns; the text of each column that can fail, under a prefix
   * @param columns the mapped columns, in canonical order
   * @param open the source as it was opened
   */
  private record Canonical(Dataset<Row> parsed, List<MappedColumn> columns, OpenSource open) {
    private List<MappedColumn> failing() {
      return columns.stream().filter(c -> Reading.canFail(c.field().kind())).toList();
    }

    /** Canonical columns and those of {@link Ingested}. */
    Dataset<Row> finished(Place place) {
      Column[] problems =
          failing().stream()
              .map(
                  c -> {
                    Column text = text(c.field());
                    return when(
                        text.isNotNull().and(col(c.field().column()).isNull()),
                        struct(
                            lit(c.field().name()).as(Ingested.PROBLEM_COLUMN),
                            Reading.complaint(c.field().kind(), text, c.mapping())
                                .as(Ingested.PROBLEM_DETAIL)));
                  })
              .toArray(Column[]::new);
      List<Column> out = new ArrayList<>();
      place.fields().forEach(f -> out.add(col(f.column())));
      out.add(lit(place.name()).as(Ingested.SOURCE));
      out.add(
          (problems.length == 0 ? array() : array_compact(array(problems)))
              .cast(
                  "array<struct<%s:string,%s:string>>"
                      .formatted(Ingested.PROBLEM_COLUMN, Ingested.PROBLEM_DETAIL))
              .as(Ingested.PROBLEMS));
      out.add(col(Ingested.UNDECODED));
      out.add(col(Ingested.MALFORMED));
      out.add(col(Ingested.SOURCE_ROW));
      return parsed.select(out.toArray(Column[]::new));
    }

    /** The columns that the rows looked at do not have. */
    List<UnseenColumn> unseen(Place place) {
      return columns.stream()
          .filter(c -> c.reads().stream().anyMatch(open.unseen()::contains))
          .map(c -> UnseenColumn.of(place, c, open))
          .toList();
    }

    private static Column text(Place.Field field) {
      return col(TEXT_PREFIX + field.column());
    }
  }

  /** Opens and maps a source; empty, with problems added, when it cannot be used. */
  private static Optional<Canonical> canonical(
      SparkSession spark, Place place, List<String> problems) {
    int before = problems.size();
    checkMapping(spark, place, problems);
    Optional<OpenSource> open = OpenSource.open(spark, place, problems);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    return withoutAnsi(
        spark,
        () -> {
          List<MappedColumn> columns = new ArrayList<>();
          for (Place.Field field : place.fields()) {
            ColumnMapping mapping = place.source().columns().get(field.name());
            if (mapping != null) {
              MappedColumn.resolve(place, field, mapping, open.get(), problems)
                  .ifPresent(columns::add);
            }
          }
          return problems.size() > before
              ? Optional.empty()
              : Optional.of(new Canonical(parsed(place, open.get(), columns), columns, open.get()));
        });
  }

  private static void checkMapping(SparkSession spark, Place place, List<String> problems) {
    Map<String, ColumnMapping> columns = place.source().columns();
    Set<String> known = new TreeSet<>();
    for (Place.Field field : place.fields()) {
      known.add(field.name());
      if (field.required() && !columns.containsKey(field.name())) {
        problems.add(
            place.problem("no column is mapped to " + field.name(), ".columns." + field.name()));
      }
    }
    columns.forEach(
        (name, mapping) -> {
          String key = ".columns." + name;
          if (!known.contains(name)) {
            problems.add(
                place.problem(
                    String.format(
                        Locale.ROOT,
                        "'%s' is neither a canonical column nor a declared attribute%s; known: %s",
                        name,
                        Suggestion.of(name, known)
                            .map(s -> " (did you mean '" + s + "'?)")
                            .orElse(""),
                        String.join(", ", known)),
                    key));
          }
          if (mapping.zone() != null && !isZone(mapping.zone())) {
            problems.add(
                place.problem(
                    "'" + mapping.zone() + "' is no time zone such as UTC or Europe/London",
                    key + ".zone"));
          }
          if (mapping.format() != null
              && !Kind.isEpoch(mapping.format())
              && !isPattern(spark, mapping.format())) {
            problems.add(
                place.problem(
                    "'" + mapping.format() + "' is no datetime pattern such as yyyy-MM-dd HH:mm:ss",
                    key + ".format"));
          }
        });
  }

  private static boolean isZone(String zone) {
    try {
      ZoneId.of(zone);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isPattern(SparkSession spark, String pattern) {
    try {
      // A relation without source: evaluated on the driver, no job.
      spark.sql("SELECT 1").select(try_to_timestamp(lit("1"), lit(pattern))).collectAsList();
      return true;
    } catch (Exception e) { // Spark throws checked ones undeclared
      return false;
    }
  }

  private static Dataset<Row> parsed(Place place, OpenSource open, List<MappedColumn> columns) {
    List<Column> out = new ArrayList<>();
    for (Place.Field field : place.fields()) {
      Optional<MappedColumn> mapped =
          columns.stream().filter(c -> c.field().equals(field)).findFirst();
      if (mapped.isEmpty()) {
        boolean purchase = field.name().equals(Events.EVENT_TYPE);
        out.add(
            lit(purchase ? DEFAULT_EVENT_TYPE : null).cast(field.kind().type()).as(field.column()));
        continue;
      }
      MappedColumn column = mapped.get();
      Column text = text(column);
      Column value =
          field.keepsSpelling()
              ? Reading.spelled(column.value(), column.type())
              : Reading.value(field.kind(), column.value(), text, column.type(), column.mapping());
      if (field.name().equals(Events.EVENT_TYPE)) {
        value = coalesce(value, lit(DEFAULT_EVENT_TYPE));
      }
      out.add(value.as(field.column()));
      if (Reading.canFail(field.kind())) {
        out.add(text.as(TEXT_PREFIX + field.column()));
      }
    }
    out.add(Undecoded.columns(open, columns).as(Ingested.UNDECODED));
    Column line = open.hasLines() ? col(OpenSource.LINE) : lit(null).cast(DataTypes.StringType);
    out.add(when(line.isNotNull(), lit(malformedBecause(open))).as(Ingested.MALFORMED));
    List<Column> entries = new ArrayList<>();
    columns.stream()
        .flatMap(c -> c.reads().stream())
        .distinct()
        .forEach(
            name -> {
              entries.add(lit(name));
              entries.add(MappedColumn.sourceText(open, name));
            });
    Column row =
        entries.isEmpty() ? map().cast("map<string,string>") : map(entries.toArray(Column[]::new));
    out.add(
        when(line.isNotNull(), map(lit(Ingested.LINE), line))
            .otherwise(row)
            .as(Ingested.SOURCE_ROW));
    return open.rows().select(out.toArray(Column[]::new));
  }

  private static String malformedBecause(OpenSource open) {
    if (open.isJson()) {
      return "the line is not a JSON object, or one of its fields holds something else than in other"
          + " rows";
    }
    return "the line cannot be taken apart into the columns "
        + String.join(", ", open.found())
        + " (too few, too many, or an open quote)";
  }

  /** The text of a value; null also for the markers that mean missing in numbers and times. */
  private static Column text(MappedColumn column) {
    Column text = Reading.text(column.value(), column.type());
    if (column.field().attribute() == null || column.field().attribute().missing().isEmpty()) {
      return text;
    }
    Object[] markers =
        column.field().attribute().missing().stream()
            .map(m -> m.strip().toLowerCase(Locale.ROOT))
            .toArray();
    return when(lower(trim(text)).isin(markers), lit(null)).otherwise(text);
  }

  /** Problems that the first rows show: no rows at all, or a column of which no value parses. */
  private static List<String> sampleProblems(Place place, Canonical source) {
    List<MappedColumn> failing = source.failing();
    List<Column> figures = new ArrayList<>();
    figures.add(count(lit(1)));
    Column sound = col(Ingested.MALFORMED).isNull();
    figures.add(count(when(sound, lit(1))));
    for (MappedColumn column : failing) {
      Column text = Canonical.text(column.field());
      figures.add(count(when(sound, text)));
      figures.add(count(when(sound.and(text.isNotNull()), col(column.field().column()))));
      figures.add(max(when(sound, text)));
    }
    // Spark refuses to read nothing but malformed lines, so the keys are read too.
    place.fields().stream()
        .filter(Place.Field::required)
        .forEach(f -> figures.add(max(col(f.column()))));
    Column[] rest = figures.subList(1, figures.size()).toArray(Column[]::new);
    Row row;
    try {
      row = source.parsed().limit(SAMPLE_ROWS).agg(figures.get(0), rest).head();
    } catch (Exception e) { // Spark throws checked ones undeclared
      InputException known =
          ReadFailures.explain(e, List.of(place))
              .orElseGet(
                  () ->
                      new InputException(
                          place.problem(
                              "its first rows cannot be read (" + ReadFailures.brief(e) + ")",
                              ".path or its format and options")));
      return known.problems();
    }
    if (row.getLong(0) == 0) {
      // A deny list may well be empty.
      return place.role().equals(Place.DENIED)
          ? List.of()
          : List.of(place.problem("it is empty (columns but no rows)", ".path"));
    }
    if (row.getLong(1) == 0) {
      return List.of(
          place.problem(
              "none of its first " + row.getLong(0) + " lines can be taken apart into columns",
              ".options"));
    }
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < failing.size(); i++) {
      MappedColumn column = failing.get(i);
      long texts = row.getLong(2 + 3 * i);
      // One bad value in a sparse column is cleaning's business.
      boolean telling = texts > 0 && (texts >= TELLING_VALUES || texts == row.getLong(1));
      if (telling && row.getLong(3 + 3 * i) == 0) {
        problems.add(
            place.problem(
                String.format(
                    Locale.ROOT,
                    "none of the first %d values of %s can be read as %s, for example '%s'",
                    texts,
                    Arrays.toString(column.reads().toArray()),
                    column.field().kind() == Kind.TIME
                        ? "a time "
                            + (column.mapping().format() == null
                                ? "in ISO-8601"
                                : "in format " + column.mapping().format())
                        : column.field().kind().noun,
                    row.getString(4 + 3 * i)),
                ".columns."
                    + column.field().name()
                    + (column.field().kind() == Kind.TIME ? ".format" : "")));
      }
    }
    return problems;
  }

  /**
   * Analyses a plan with ANSI errors off. The setting is read while expressions are analysed, which
   * {@code select} does at once, so it is restored before anything runs.
   */
  private static <T> T withoutAnsi(SparkSession spark, Supplier<T> plan) {
    String before = spark.conf().get(ANSI);
    spark.conf().set(ANSI, "false");
    try {
      return plan.get();
    } finally {
      spark.conf().set(ANSI, before);
    }
  }
}
