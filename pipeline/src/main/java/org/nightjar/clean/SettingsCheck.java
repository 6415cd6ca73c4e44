package org.nightjar.clean;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.StructType;
import org.nightjar.clean.Rules.Tables;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.Configuration;
import org.nightjar.table.Events;
import org.nightjar.table.Items;

/** What is wrong with the cleaning settings, seen beside the rest of the configuration. */
final class SettingsCheck {
  private final Configuration configuration;
  private final List<String> problems = new ArrayList<>();

  private SettingsCheck(Configuration configuration) {
    this.configuration = configuration;
  }

  static List<String> problems(Configuration configuration) {
    SettingsCheck check = new SettingsCheck(configuration);
    CleanSettings settings = configuration.clean();
    for (String pattern : settings.nonProducts()) {
      check.pattern("clean.nonProducts", pattern);
    }
    if (settings.returns().orderPattern() != null) {
      check.pattern("clean.returns.orderPattern", settings.returns().orderPattern());
    }
    check.columns("clean.ranges", settings.ranges().keySet());
    check.columns("clean.outliers", settings.outliers().keySet());
    check.eventKey(settings.duplicates().eventKey());
    Optional<Instant> from = check.instant("clean.window.from", settings.window().from());
    Optional<Instant> to = check.instant("clean.window.to", settings.window().to());
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      check.problem(
          "clean.window.from is %s but must be before clean.window.to, which is %s.",
          from.get(), to.get());
    }
    if (!configuration.cutoff().equals(Configuration.LATEST)) {
      check.instant("cutoff", configuration.cutoff());
    }
    check.constants("userAttributes", configuration.userAttributes());
    check.constants("itemAttributes", configuration.itemAttributes());
    check.constants("eventAttributes", configuration.eventAttributes());
    return check.problems;
  }

  private void problem(String message, Object... values) {
    problems.add(String.format(Locale.ROOT, message, values));
  }

  private void pattern(String key, String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      problem("%s has '%s', which is no regular expression: %s.", key, pattern, e.getDescription());
    }
  }

  private Optional<Instant> instant(String key, String text) {
    Optional<Instant> instant = Instants.parse(text);
    if (text != null && instant.isEmpty()) {
      problem(
          "%s is '%s' but must be a date or an instant such as 2011-12-01T00:00:00Z.", key, text);
    }
    return instant;
  }

  private void columns(String key, Set<String> names) {
    Set<String> known = new LinkedHashSet<>();
    addNumeric(known, Tables.USERS, new StructType());
    addNumeric(known, Tables.ITEMS, Items.TABLE.schema());
    addNumeric(known, Tables.EVENTS, Events.TABLE.schema());
    for (String name : names) {
      if (!known.contains(name)) {
        problem(
            "%s names '%s', which is no numeric column; known: %s.",
            key, name, String.join(", ", known));
      }
    }
  }

  private void addNumeric(Set<String> known, String table, StructType schema) {
    Arrays.stream(schema.fields())
        .filter(f -> f.dataType() instanceof DoubleType)
        .forEach(f -> known.add(table + "." + f.name()));
    Tables.attributes(table, configuration)
        .forEach(
            (name, attribute) -> {
              if (attribute.type() == Attribute.Type.NUMERIC) {
                known.add(table + "." + name);
              }
            });
  }

  private void eventKey(List<String> key) {
    List<String> known = Tables.names(Tables.EVENTS, configuration);
    for (String name : key) {
      if (!known.contains(name)) {
        problem(
            "clean.duplicates.eventKey names '%s', which is no column of events; known: %s.",
            name, String.join(", ", known));
      }
    }
  }

  private void constants(String key, Map<String, Attribute> attributes) {
    attributes.forEach(
        (name, attribute) -> {
          String constant = attribute.constant();
          if (constant == null) {
            return;
          }
          boolean fits =
              switch (attribute.type()) {
                case NUMERIC -> constant.matches("[+-]?[0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?");
                case TIMESTAMP -> Instants.parse(constant).isPresent();
                case ORDINAL -> attribute.order().contains(constant);
                case CATEGORICAL, TEXT -> true;
              };
          if (!fits) {
            problem(
                "%s.%s.constant is '%s', which is no value of %s attribute.",
                key,
                name,
                constant,
                attribute.type() == Attribute.Type.ORDINAL
                    ? "the order of this ordinal"
                    : "a " + attribute.type().name().toLowerCase(Locale.ROOT));
          }
        });
  }
}
