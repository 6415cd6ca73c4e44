package org.nightjar.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.EpochUnit;

/**
 * A canonical column's mapping, resolved against its source.
 *
 * @param field the canonical column
 * @param mapping where it comes from
 * @param value the source value
 * @param type its Spark type
 * @param reads names of the source columns behind it
 */
record MappedColumn(
    Place.Field field, ColumnMapping mapping, Column value, DataType type, Set<String> reads) {

  /** A category path as an array. */
  private static final DataType LEVELS = Kind.PATH.type();

  /** A source column found by name. */
  record Found(Column column, DataType type) {}

  /** Resolves a mapping, or adds to the problems why it cannot be used. */
  static Optional<MappedColumn> resolve(
      Place place,
      Place.Field field,
      ColumnMapping mapping,
      OpenSource source,
      List<String> problems) {
    String key = ".columns." + field.name();
    Column value;
    DataType type;
    Set<String> reads = new LinkedHashSet<>();
    if (mapping.value() != null) {
      value = lit(mapping.value());
      type = DataTypes.StringType;
    } else if (mapping.column() != null) {
      Optional<Found> found = find(source, mapping.column());
      if (found.isEmpty()) {
        problems.add(place.problem(missing(mapping.column(), field, source), key));
        return Optional.empty();
      }
      value = found.get().column();
      type = found.get().type();
      if (source.isJson() && field.kind() == Kind.PATH && type instanceof StringType) {
        value = levels(value, mapping.separator());
        type = LEVELS;
      }
      reads.add(mapping.column());
    } else {
      List<String> named;
      try {
        named = references(mapping.expr());
      } catch (Exception e) {
        // Spark throws a checked ParseException that its signature does not declare.
        problems.add(place.problem(badExpression(mapping, e), key + ".expr"));
        return Optional.empty();
      }
      List<String> absent = named.stream().filter(n -> find(source, n).isEmpty()).toList();
      if (!absent.isEmpty()) {
        absent.forEach(n -> problems.add(place.problem(missing(n, field, source), key + ".expr")));
        return Optional.empty();
      }
      reads.addAll(named);
      value = expr(mapping.expr());
      try {
        type = source.rows().select(value).schema().fields()[0].dataType();
      } catch (Exception e) {
        problems.add(place.problem(badExpression(mapping, e), key + ".expr"));
        return Optional.empty();
      }
    }
    if (!field.kind().reads(type, mapping)) {
      problems.add(place.problem(unsuited(field, mapping, type), key));
      return Optional.empty();
    }
    return Optional.of(new MappedColumn(field, mapping, value, type, reads));
  }

  /** A list as JSON writes it, or else a text of one level or of several. */
  private static Column levels(Column text, String separator) {
    Column list = from_json(text, LEVELS, Map.of());
    return coalesce(list, separator == null ? array(text) : split(text, Pattern.quote(separator)));
  }

  /**
   * Names of the source columns that a mapping reads; none of a constant, nor of an expression that
   * cannot be parsed.
   */
  static List<String> sources(ColumnMapping mapping) {
    if (mapping.column() != null) {
      return List.of(mapping.column());
    }
    if (mapping.expr() == null) {
      return List.of();
    }
    try {
      return references(mapping.expr());
    } catch (Exception e) { // Spark throws a checked ParseException undeclared
      return List.of();
    }
  }

  private static String missing(String column, Place.Field field, OpenSource source) {
    String unreadable = source.unreadable().get(column);
    if (unreadable != null) {
      return String.format(
          Locale.ROOT,
          "column '%s' (mapped to %s) is of a type that Spark cannot read (%s)%s",
          column,
          field.name(),
          unreadable,
          unreadable.contains("NANOS")
              ? "; set spark.sql.legacy.parquet.nanosAsLong to true in the section 'spark', and map"
                  + " it with expr: timestamp_micros("
                  + column
                  + " DIV 1000)"
              : "; write it as text or leave it out");
    }
    String meant =
        Suggestion.of(column, source.found()).map(s -> " (did you mean '" + s + "'?)").orElse("");
    return String.format(
        Locale.ROOT,
        "column '%s' is missing (mapped to %s); found: %s%s%s",
        column,
        field.name(),
        String.join(", ", source.found()),
        meant,
        source.isJson() && !field.required()
            ? "; where all rows may leave it out, map it with expr: " + column
            : numbered(column, source)
                ? "; the header has it several times, or in letters of another case, and Spark numbers"
                    + " such columns: rename them, or set spark.sql.caseSensitive to true in the section"
                    + " 'spark'"
                : "");
  }

  /** Whether Spark gave columns of this name numbers, as it does where several are alike. */
  private static boolean numbered(String column, OpenSource source) {
    Pattern numbered = Pattern.compile("(?i)" + Pattern.quote(column) + "[0-9]+");
    return source.found().stream().filter(name -> numbered.matcher(name).matches()).count() > 1;
  }

  private static String badExpression(ColumnMapping mapping, Exception e) {
    return "expression '" + mapping.expr() + "' cannot be used (" + ReadFailures.brief(e) + ")";
  }

  private static String unsuited(Place.Field field, ColumnMapping mapping, DataType type) {
    String what = mapping.column() == null ? mapping.expr() : mapping.column();
    String remedy =
        field.kind() == Kind.TIME && Reading.isNumeric(type)
            ? "; for a number give format: " + String.join(" or ", EpochUnit.formats())
            : "";
    return String.format(
        Locale.ROOT,
        "'%s' has type %s, which cannot be read as %s (mapped to %s)%s",
        what,
        type.simpleString(),
        field.kind().noun,
        field.name(),
        remedy);
  }

  /**
   * A column of that whole name, or else a nested field along its dots; letter case is ignored. Of
   * JSON a text on the way is taken for an object, where it is one.
   */
  static Optional<Found> find(OpenSource source, String name) {
    StructType schema = source.rows().schema();
    Optional<StructField> whole = field(schema, name);
    if (whole.isPresent()) {
      return Optional.of(new Found(Reading.named(whole.get().name()), whole.get().dataType()));
    }
    Found found = null;
    String[] parts = name.split("\\.", -1);
    for (int i = 0; i < parts.length; i++) {
      DataType type = found == null ? schema : found.type();
      if (source.isJson() && found != null && type instanceof StringType) {
        String rest =
            Arrays.stream(parts, i, parts.length)
                .map(part -> "['" + part + "']")
                .collect(Collectors.joining());
        return Optional.of(new Found(get_json_object(found.column(), "$" + rest), type));
      }
      Optional<StructField> field =
          type instanceof StructType struct ? field(struct, parts[i]) : Optional.empty();
      if (field.isEmpty()) {
        return Optional.empty();
      }
      String exact = field.get().name();
      found =
          new Found(
              found == null ? Reading.named(exact) : found.column().getField(exact),
              field.get().dataType());
    }
    return Optional.ofNullable(found);
  }

  /** The field of that name, or else one that differs from it by letter case only. */
  static Optional<StructField> field(StructType struct, String name) {
    StructField folded = null;
    for (StructField field : struct.fields()) {
      if (field.name().equals(name)) {
        return Optional.of(field);
      }
      if (folded == null && field.name().equalsIgnoreCase(name)) {
        folded = field;
      }
    }
    return Optional.ofNullable(folded);
  }

  /** Names of the columns that an expression reads, in order of appearance. */
  private static List<String> references(String expression) {
    Set<String> names = new LinkedHashSet<>();
    collect(CatalystSqlParser$.MODULE$.parseExpression(expression), names);
    return List.copyOf(names);
  }

  private static void collect(Expression expression, Set<String> names) {
    if (expression instanceof UnresolvedAttribute attribute) {
      names.add(attribute.nameParts().mkString("."));
    }
    var children = expression.children().iterator();
    while (children.hasNext()) {
      collect(children.next(), names);
    }
  }

  /** The mapped source column of that name, for the record of what was read. */
  static Column sourceText(OpenSource source, String name) {
    Found found = find(source, name).orElseThrow();
    return Reading.shown(found.column(), found.type());
  }
}
