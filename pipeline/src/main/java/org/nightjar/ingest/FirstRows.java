package org.nightjar.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.nightjar.InputException;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.Configuration;
import org.nightjar.config.EpochUnit;
import org.nightjar.config.IsoTime;
import org.nightjar.ingest.Ingest.Canonical;
import org.nightjar.ingest.Ingest.Inspection;

/** What the first rows of a source show, in one small job: what cannot work, and what looks odd. */
final class FirstRows {
  /** How many rows of a source are looked at before a run. */
  static final int ROWS = 1000;

  /** How many values that do not parse, and none that does, condemn a column that has gaps. */
  private static final int TELLING_VALUES = 20;

  private static final String READ = "read";
  private static final String SOUND = "sound";
  private static final String TEXTS = "texts ";
  private static final String PARSED = "parsed ";
  private static final String UNREADABLE = "unreadable ";
  private static final String FAR = "far ";
  private static final String FAR_EXAMPLE = "far example ";
  private static final String MISSING = "missing ";
  private static final String MISSING_EXAMPLE = "missing example ";

  private final Place place;
  private final CleanSettings.Plausible plausible;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private Row figures;

  private FirstRows(Place place, Configuration configuration) {
    this.place = place;
    this.plausible = configuration.clean().plausible();
  }

  /** Reads at most {@value #ROWS} rows. Nothing odd: two empty lists. */
  static Inspection inspect(Place place, Canonical source, Configuration configuration) {
    FirstRows found = new FirstRows(place, configuration);
    found.look(source);
    return new Inspection(found.problems, found.warnings);
  }

  private void look(Canonical source) {
    try {
      figures = source.parsed().limit(ROWS).agg(count(lit(1)).as(READ), figures(source)).head();
    } catch (Exception e) { // Spark throws checked ones undeclared
      problems.addAll(
          ReadFailures.explain(e, List.of(place))
              .orElseGet(
                  () ->
                      new InputException(
                          place.problem(
                              "its first rows cannot be read (" + ReadFailures.brief(e) + ")",
                              ".path or its format and options")))
              .problems());
      return;
    }
    if (number(READ) == 0) {
      if (!place.mayBeEmpty()) {
        problems.add(
            place.problem("it is empty (columns but no rows)" + place.emptyMeans(), ".path"));
      }
      return;
    }
    if (number(SOUND) == 0) {
      problems.add(
          place.problem(
              "none of its first " + number(READ) + " lines can be taken apart into columns",
              ".options"));
      return;
    }
    source.failing().forEach(this::values);
    requiredIds(source).forEach(this::ids);
  }

  private Column[] figures(Canonical source) {
    List<Column> asked = new ArrayList<>();
    Column sound = col(Ingested.MALFORMED).isNull();
    asked.add(count(when(sound, lit(1))).as(SOUND));
    for (MappedColumn column : source.failing()) {
      String name = column.field().name();
      Column text = Canonical.text(column.field());
      asked.add(count(when(sound, text)).as(TEXTS + name));
      asked.add(
          count(when(sound.and(text.isNotNull()), col(column.field().column()))).as(PARSED + name));
      asked.add(
          max(when(sound.and(Canonical.unreadable(column.field())), text)).as(UNREADABLE + name));
      if (column.field().kind() == Kind.TIME) {
        Column far = sound.and(isFar(column));
        asked.add(count(when(far, lit(1))).as(FAR + name));
        asked.add(max(when(far, text)).as(FAR_EXAMPLE + name));
      }
    }
    for (MappedColumn column : requiredIds(source)) {
      String name = column.field().name();
      Column missing = sound.and(col(column.field().column()).isNull());
      asked.add(count(when(missing, lit(1))).as(MISSING + name));
      asked.add(max(when(missing, Canonical.text(column.field()))).as(MISSING_EXAMPLE + name));
    }
    // Spark refuses to read nothing but malformed lines, so the keys are read too.
    place.fields().stream()
        .filter(Place.Field::required)
        .forEach(f -> asked.add(max(col(f.column()))));
    return asked.toArray(Column[]::new);
  }

  private static List<MappedColumn> requiredIds(Canonical source) {
    return source.columns().stream()
        .filter(column -> column.field().isId() && column.field().required())
        .toList();
  }

  private Column isFar(MappedColumn column) {
    Column at = col(column.field().column());
    return at.lt(lit(IsoTime.parse(first(column)))).or(at.geq(lit(IsoTime.parse(plausible.to()))));
  }

  private String first(MappedColumn column) {
    return column.field().isEventTime() ? plausible.from() : plausible.attributesFrom();
  }

  private void values(MappedColumn column) {
    String name = column.field().name();
    long texts = number(TEXTS + name);
    long unreadable = texts - number(PARSED + name);
    long far = column.field().kind() == Kind.TIME ? number(FAR + name) : 0;
    // One bad value in a sparse column is cleaning's business.
    boolean telling = texts > 0 && (texts >= TELLING_VALUES || texts == number(SOUND));
    if (telling && unreadable == texts) {
      problems.add(
          place.problem(
              String.format(
                  Locale.ROOT,
                  "none of the first %d values of %s can be read as %s, for example '%s'%s",
                  texts,
                  read(column),
                  noun(column),
                  text(UNREADABLE + name),
                  unitHint(column, text(UNREADABLE + name))),
              key(column)));
      return;
    }
    if (telling && far > 0 && unreadable + far == texts && column.field().isEventTime()) {
      problems.add(
          place.problem(
              String.format(
                  Locale.ROOT,
                  "none of the first %d values of %s is a time from %s to %s (clean.plausible), for"
                      + " example '%s'%s",
                  texts,
                  read(column),
                  first(column),
                  plausible.to(),
                  text(FAR_EXAMPLE + name),
                  unitHint(column, text(FAR_EXAMPLE + name))),
              key(column)));
      return;
    }
    if (unreadable > 0) {
      warn(
          column,
          "%d of the first %d values are not %s, for example '%s'%s; %s",
          unreadable,
          texts,
          noun(column),
          text(UNREADABLE + name),
          unitHint(column, text(UNREADABLE + name)),
          fate(column));
    }
    if (far > 0) {
      warn(
          column,
          "%d of the first %d values are not a time from %s to %s (clean.plausible), for example"
              + " '%s'%s; %s",
          far,
          texts,
          first(column),
          plausible.to(),
          text(FAR_EXAMPLE + name),
          unitHint(column, text(FAR_EXAMPLE + name)),
          column.field().isEventTime()
              ? "such rows are quarantined"
              : "they count as missing, or as not launched yet");
    }
  }

  private String fate(MappedColumn column) {
    String mapping = place.key() + ".columns." + column.field().name();
    return switch (column.field().kind()) {
      case FLAG ->
          (place.role().equals(Place.ITEMS) ? "they count as unavailable" : "they count as no")
              + " (say what they mean by "
              + mapping
              + ".values)";
      case NUMBER ->
          "they count as missing (" + mapping + ".decimal and .expr read further spellings)";
      default ->
          column.field().isEventTime()
              ? "such rows are dropped"
              : "they count as missing (" + mapping + ".format)";
    };
  }

  private void ids(MappedColumn column) {
    String name = column.field().name();
    long missing = number(MISSING + name);
    if (missing == 0) {
      return;
    }
    String shown = text(MISSING_EXAMPLE + name);
    String example = shown == null ? "" : ", for example '" + shown + "' (clean.missingKeys)";
    boolean isList = !List.of(Place.USERS, Place.ITEMS, Place.EVENTS).contains(place.role());
    if (missing == number(SOUND) && missing >= TELLING_VALUES && !isList) {
      problems.add(
          place.problem(
              "none of its first " + missing + " rows has a " + name + example,
              ".columns." + name));
      return;
    }
    warn(
        column,
        "%d of the first %d rows have none%s; such rows are left out",
        missing,
        number(SOUND),
        example);
  }

  private void warn(MappedColumn column, String what, Object... values) {
    warnings.add(
        String.format(Locale.ROOT, "%s.%s: ", place.name(), column.field().name())
            + String.format(Locale.ROOT, what, values)
            + ".");
  }

  /** What to do about a number in a unit that the mapping does not say. */
  private static String unitHint(MappedColumn column, String example) {
    return column.field().kind() != Kind.TIME
        ? ""
        : EpochUnit.guess(example)
            .filter(unit -> !unit.format().equals(column.mapping().format()))
            .map(
                unit ->
                    ", which looks like "
                        + unit.noun()
                        + ": give the column format: "
                        + unit.format())
            .orElse("");
  }

  private static String noun(MappedColumn column) {
    if (column.field().kind() != Kind.TIME) {
      return column.field().kind().noun;
    }
    String format = column.mapping().format();
    return "a time " + (format == null ? "in ISO-8601" : "in format " + format);
  }

  private static String read(MappedColumn column) {
    return Arrays.toString(column.reads().toArray());
  }

  private static String key(MappedColumn column) {
    String name = ".columns." + column.field().name();
    return switch (column.field().kind()) {
      case TIME -> name + ".format";
      case FLAG -> name + ", or say by its values what such codes mean";
      case NUMBER -> name + ", or give its decimal";
      default -> name;
    };
  }

  private long number(String figure) {
    return figures.getLong(figures.fieldIndex(figure));
  }

  private String text(String figure) {
    return figures.getString(figures.fieldIndex(figure));
  }
}
