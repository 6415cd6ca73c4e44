package org.nightjar.config;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.util.DateTimeFormatterHelper$;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.nightjar.table.Consents;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/** Checks of the sources, their column mappings and the declared attributes against each other. */
final class SourceChecks {
  /** Formats that read files or folders, or a catalogue table. */
  private static final Set<String> PATH_FORMATS =
      Set.of("csv", "json", "parquet", "orc", "text", "avro", "xml", "delta", "iceberg", "hudi");

  private static final Set<String> FLAGS = Set.of("true", "false", "");

  /** Names under which other tables are counted and fingerprinted. */
  private static final Set<String> OTHER_TABLES =
      Set.of(Users.TABLE.name(), Items.TABLE.name(), "requested", "denied", "consent", "test");

  private final Configuration configuration;
  private final Problems problems;

  SourceChecks(Configuration configuration, Problems problems) {
    this.configuration = configuration;
    this.problems = problems;
  }

  void run() {
    attributeNames("userAttributes", configuration.userAttributes(), Users.TABLE, Users.CLEAN);
    attributeNames("itemAttributes", configuration.itemAttributes(), Items.TABLE, Items.CLEAN);
    attributeNames("eventAttributes", configuration.eventAttributes(), Events.TABLE, Events.CLEAN);
    Map<String, DataType> pair = new LinkedHashMap<>();
    pair.put(Users.USER_ID, DataTypes.StringType);
    pair.put(Items.ITEM_ID, DataTypes.StringType);
    Sources sources = configuration.sources();
    if (sources != null) {
      profileSource(
          "sources.users",
          sources.users(),
          CanonicalColumns.users(configuration),
          Users.USER_ID,
          "userAttributes",
          configuration.userAttributes());
      profileSource(
          "sources.items",
          sources.items(),
          CanonicalColumns.items(configuration),
          Items.ITEM_ID,
          "itemAttributes",
          configuration.itemAttributes());
      eventSources(sources.events());
      source(
          "sources.requested",
          sources.requested(),
          Map.of(Users.USER_ID, DataTypes.StringType),
          List.of(Users.USER_ID));
      source("sources.denied", sources.denied(), pair, List.of(Users.USER_ID, Items.ITEM_ID));
    }
    source(
        "privacy.consent",
        configuration.privacy().consent(),
        Map.of(
            Consents.USER_ID, DataTypes.StringType,
            Consents.MODELLED, DataTypes.BooleanType,
            Consents.SERVED, DataTypes.BooleanType),
        List.of(Consents.USER_ID, Consents.MODELLED, Consents.SERVED));
    source(
        "evaluation.test",
        configuration.evaluation().test(),
        pair,
        List.of(Users.USER_ID, Items.ITEM_ID));
  }

  private void attributeNames(
      String place, Map<String, Attribute> attributes, Table canonical, Table cleaned) {
    Set<String> standard = new HashSet<>(List.of(canonical.schema().fieldNames()));
    standard.addAll(List.of(cleaned.schema().fieldNames()));
    for (String name : attributes.keySet()) {
      String at = Problems.at(place, name);
      if (standard.contains(name.toLowerCase(Locale.ROOT))) {
        problems.add(
            at,
            String.format(
                "has the name of a standard column of %s; map that column, or rename the attribute",
                canonical.name()));
      } else if (!Names.isColumn(name)) {
        problems.add(
            at,
            "is not a valid name of an attribute; use at most "
                + Names.LONGEST
                + " letters (a to z), digits and '_', the first not a digit");
      }
    }
    Names.twins(attributes.keySet())
        .forEach(
            (name, twin) ->
                problems.add(
                    Problems.at(place, name),
                    "differs from '" + twin + "' only by case; rename one"));
  }

  private void profileSource(
      String place,
      Source source,
      Map<String, DataType> columns,
      String key,
      String attributesPlace,
      Map<String, Attribute> attributes) {
    if (source == null) {
      if (!problems.isUnusable(place)) {
        for (String attribute : attributes.keySet()) {
          problems.add(
              Problems.at(attributesPlace, attribute),
              "is declared but there is no " + place + " to take it from");
        }
      }
      return;
    }
    source(place, source, problems.isUnusable(attributesPlace) ? null : columns, List.of(key));
    mappedSomewhere(List.of(source), attributesPlace, attributes, place + ".columns");
  }

  private void eventSources(List<Source> sources) {
    if (sources.isEmpty() || problems.isAnyUnusable("sources\\.events\\.\\d+")) {
      return;
    }
    Map<String, DataType> columns =
        problems.isUnusable("eventAttributes") ? null : CanonicalColumns.events(configuration);
    for (int i = 0; i < sources.size(); i++) {
      String place = Problems.at("sources.events", String.valueOf(i));
      source(place, sources.get(i), columns, List.of(Events.USER_ID, Events.ITEM_ID));
      String name = sources.get(i).name();
      if (name != null && OTHER_TABLES.contains(name.toLowerCase(Locale.ROOT))) {
        problems.add(
            place + ".name", "is '" + name + "', which is the name of another source; rename it");
      }
    }
    if (!problems.isAnyUnusable("sources\\.events\\.\\d+\\.columns")) {
      mappedSomewhere(
          sources, "eventAttributes", configuration.eventAttributes(), "sources.events.0.columns");
    }
  }

  private void mappedSomewhere(
      List<Source> sources, String place, Map<String, Attribute> attributes, String where) {
    for (String attribute : attributes.keySet()) {
      if (!problems.isUnusable(where)
          && sources.stream().noneMatch(s -> s.columns().containsKey(attribute))) {
        problems.add(
            Problems.at(place, attribute),
            "is declared but not mapped; add it to " + where + ", or remove it");
      }
    }
  }

  /** Checks one source; columns null when they are not known. */
  private void source(
      String place, Source source, Map<String, DataType> columns, List<String> required) {
    if (source == null) {
      return;
    }
    if (source.name() != null) {
      Names.problem(source.name()).ifPresent(problem -> problems.add(place + ".name", problem));
    }
    location(place, source);
    header(place, source);
    String columnsPlace = place + ".columns";
    if (problems.isUnusable(columnsPlace)) {
      return;
    }
    for (String column : required) {
      if (!source.columns().containsKey(column)) {
        problems.add(
            Problems.at(columnsPlace, column), "is missing; map it to a column of the source");
      }
    }
    source
        .columns()
        .forEach(
            (column, mapping) -> {
              String at = Problems.at(columnsPlace, column);
              DataType type = columns == null ? DataTypes.NullType : columns.get(column);
              if (type == null) {
                problems.add(
                    at,
                    "is no column of this table" + columnHint(column, columns.keySet(), required));
              } else if (mapping != null) {
                mapping(at, mapping, type, source);
              }
            });
  }

  private static String columnHint(String column, Set<String> columns, List<String> required) {
    boolean declarable = columns.size() > required.size();
    return Suggestion.hint(column, columns)
        + (declarable && Suggestion.closest(column, columns).isEmpty()
            ? "; to map another column, declare it as an attribute"
            : "");
  }

  private void location(String place, Source source) {
    if (problems.isUnusable(place + ".path")
        || problems.isUnusable(place + ".table")
        || problems.isUnusable(place + ".options")
        || problems.isUnusable(place + ".format")) {
      return;
    }
    Set<String> options = new HashSet<>();
    source.options().keySet().forEach(key -> options.add(key.toLowerCase(Locale.ROOT)));
    String format = source.format().toLowerCase(Locale.ROOT);
    boolean located = !source.path().isEmpty() || source.table() != null;
    if (PATH_FORMATS.contains(format) && !located && !options.contains("path")) {
      problems.add(place, "has neither path nor table; give one of them");
    }
    if (format.equals("jdbc")
        && source.table() == null
        && !(options.contains("url")
            && (options.contains("dbtable") || options.contains("query")))) {
      problems.add(
          place + ".options", "needs url and one of dbtable and query, since the format is jdbc");
    }
    for (int i = 0; i < source.path().size(); i++) {
      if (source.path().get(i).isBlank()) {
        problems.add(place + ".path", "is empty");
      }
    }
  }

  private void header(String place, Source source) {
    if (source.header().isEmpty() || problems.isUnusable(place + ".format")) {
      return;
    }
    if (!source.format().equalsIgnoreCase("csv")) {
      problems.add(
          place + ".header", "is given but the format is " + source.format() + ", not csv");
    }
    if (new HashSet<>(source.header()).size() < source.header().size()) {
      problems.add(place + ".header", "names a column twice: " + source.header());
    }
    source
        .options()
        .forEach(
            (key, value) -> {
              if (key.equalsIgnoreCase("header") && "true".equalsIgnoreCase(value)) {
                problems.add(
                    place + ".header",
                    "names the columns of a file without a header line, but options.header is"
                        + " true; remove one of them");
              }
            });
  }

  private void mapping(String place, ColumnMapping mapping, DataType type, Source source) {
    String column = mapping.column();
    if (column != null && column.isBlank()) {
      problems.add(place, "is empty but must name a column of the source");
    } else if (column != null
        && !source.header().isEmpty()
        && source.header().stream().noneMatch(column::equalsIgnoreCase)) {
      problems.add(
          place,
          "is mapped to '"
              + column
              + "', which is not in header"
              + Suggestion.hint(column, source.header()));
    }
    if (mapping.expr() != null) {
      expression(place + ".expr", mapping.expr());
    }
    boolean known = !type.equals(DataTypes.NullType);
    if (mapping.format() != null) {
      if (known && !type.equals(DataTypes.TimestampType)) {
        problems.add(place + ".format", "is given but the column is no time; remove it");
      } else if (EpochUnit.of(mapping.format()).isEmpty()) {
        datetimePattern(place + ".format", mapping.format());
      }
    }
    zone(place + ".zone", mapping.zone());
    if (mapping.separator() != null && known && !(type instanceof ArrayType)) {
      problems.add(place + ".separator", "is given but the column is no category; remove it");
    }
    if (mapping.decimal() != null && known && !type.equals(DataTypes.DoubleType)) {
      problems.add(place + ".decimal", "is given but the column is not a number; remove it");
    }
    if (type.equals(DataTypes.BooleanType)) {
      mapping
          .values()
          .forEach(
              (code, meaning) -> {
                if (meaning != null && !FLAGS.contains(meaning.toLowerCase(Locale.ROOT))) {
                  problems.add(
                      Problems.at(place + ".values", code),
                      "is '" + meaning + "' but must be true, false or '' (unknown)");
                }
              });
    }
    if (mapping.separator() != null && mapping.separator().isEmpty()) {
      problems.add(place + ".separator", "is empty; remove it if the text is one level");
    }
  }

  private void expression(String place, String expr) {
    try {
      CatalystSqlParser$.MODULE$.parseExpression(expr);
    } catch (Exception e) { // ParseException, which is checked but not declared
      problems.add(
          place,
          "is '"
              + expr
              + "' but is no Spark SQL expression: "
              + e.getMessage().strip().lines().findFirst().orElse(""));
    }
  }

  private void datetimePattern(String place, String pattern) {
    try {
      new DateTimeFormatterBuilder()
          .appendPattern(
              DateTimeFormatterHelper$.MODULE$.convertIncompatiblePattern(pattern, true));
    } catch (RuntimeException e) {
      problems.add(
          place,
          "is '"
              + pattern
              + "' but is no Spark datetime pattern such as 'yyyy-MM-dd HH:mm:ss', nor one of "
              + String.join(", ", EpochUnit.formats())
              + ": "
              + e.getMessage());
    }
  }

  private void zone(String place, String zone) {
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      problems.add(
          place,
          "is '"
              + zone
              + "' but is no time zone such as UTC, +01:00 or Europe/London"
              + Suggestion.closest(zone, ZoneId.getAvailableZoneIds())
                  .map(id -> "; did you mean '" + id + "'?")
                  .orElse(""));
    }
  }
}
