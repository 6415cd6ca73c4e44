package org.nightjar.ingest;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.config.ColumnMapping;

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

  private static String missing(String column, Place.Field field, OpenSource source) {
    String meant =
        Suggestion.of(column, source.found()).map(s -> " (did you mean '" + s + "'?)").orElse("");
    return String.format(
        Locale.ROOT,
        "column '%s' is missing (mapped to %s); found: %s%s",
        column,
        field.name(),
        String.join(", ", source.found()),
        meant);
  }

  private static String badExpression(ColumnMapping mapping, Exception e) {
    return "expression '" + mapping.expr() + "' cannot be used (" + ReadFailures.brief(e) + ")";
  }

  private static String unsuited(Place.Field field, ColumnMapping mapping, DataType type) {
    String what = mapping.column() == null ? mapping.expr() : mapping.column();
    String remedy =
        field.kind() == Kind.TIME && Reading.isNumeric(type)
            ? "; for a number give format: epoch-seconds or epoch-millis"
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

  /** A column of that whole name, or else a nested field along its dots; letter case is ignored. */
  static Optional<Found> find(OpenSource source, String name) {
    StructType schema = source.rows().schema();
    Optional<StructField> whole = field(schema, name);
    if (whole.isPresent()) {
      return Optional.of(new Found(Reading.named(whole.get().name()), whole.get().dataType()));
    }
    Found found = null;
    for (String part : name.split("\\.", -1)) {
      DataType type = found == null ? schema : found.type();
      Optional<StructField> field =
          type instanceof StructType struct ? field(struct, part) : Optional.empty();
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

  private static Optional<StructField> field(StructType struct, String name) {
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
    return Reading.spelled(found.column(), found.type());
  }
}
