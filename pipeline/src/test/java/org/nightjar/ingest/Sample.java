package org.nightjar.ingest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.Configuration;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.PrivacySettings;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;

/** Small configurations for the tests of ingest and clean. */
public final class Sample {
  /** Some of the default's. */
  public static final List<String> MISSING_KEYS = List.of("NaN", "null", "None", "<NA>");

  /** The default. */
  public static final CleanSettings.Plausible PLAUSIBLE =
      new CleanSettings.Plausible("1990-01-01", "2100-01-01", "1800-01-01");

  private Sample() {}

  /** A CSV source; columns as pairs of canonical and source name. */
  public static Source csv(String path, String... columns) {
    return new Source(null, "csv", List.of(path), null, Map.of(), List.of(), mapping(columns));
  }

  public static Source source(String format, String path, Map<String, ColumnMapping> columns) {
    return new Source(null, format, List.of(path), null, Map.of(), List.of(), columns);
  }

  public static Map<String, ColumnMapping> mapping(String... columns) {
    Map<String, ColumnMapping> mapping = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i += 2) {
      mapping.put(columns[i], ColumnMapping.of(columns[i + 1]));
    }
    return mapping;
  }

  public static ColumnMapping time(String column, String format, String zone) {
    return new ColumnMapping(column, null, null, format, zone, null, null, Map.of());
  }

  public static ColumnMapping expr(String expr) {
    return new ColumnMapping(null, expr, null, null, "UTC", null, null, Map.of());
  }

  public static ColumnMapping value(String value) {
    return new ColumnMapping(null, null, value, null, "UTC", null, null, Map.of());
  }

  public static Sources events(Source... events) {
    return new Sources(null, null, List.of(events), null, null);
  }

  public static Configuration configuration(Sources sources) {
    return configuration(sources, Map.of(), clean());
  }

  public static Configuration configuration(
      Sources sources, Map<String, Attribute> userAttributes, CleanSettings clean) {
    return configuration(sources, userAttributes, clean, Configuration.LATEST);
  }

  public static Configuration configuration(
      Sources sources, Map<String, Attribute> userAttributes, CleanSettings clean, String cutoff) {
    return new Configuration(
        "test",
        42,
        cutoff,
        sources,
        userAttributes,
        Map.of(),
        Map.of(),
        clean,
        null,
        Map.of(),
        null,
        Sample.evaluation(),
        null,
        Sample.privacy(),
        null,
        null,
        Map.of());
  }

  /** Everybody agrees. */
  public static PrivacySettings privacy() {
    return new PrivacySettings(null, PrivacySettings.Unlisted.DENY, false);
  }

  /** Nothing held out. */
  public static EvaluationSettings evaluation() {
    return new EvaluationSettings(
        new EvaluationSettings.Split(EvaluationSettings.SplitType.TIME, 28, 1, 5, 0.2, 5),
        null,
        List.of(10),
        0,
        0.95,
        List.of(),
        false);
  }

  public static Attribute categorical() {
    return attribute(Attribute.Type.CATEGORICAL);
  }

  public static Attribute attribute(Attribute.Type type, String... order) {
    return new Attribute(
        type,
        List.of(order),
        Attribute.LetterCase.AS_IS,
        Map.of(),
        List.of(),
        Attribute.Impute.UNKNOWN,
        null);
  }

  /** Every rule off but what always acts. */
  public static CleanSettings clean() {
    return new CleanSettings(
        MISSING_KEYS,
        CleanSettings.Unparsable.NULL,
        List.of(),
        new CleanSettings.Window(null, null),
        PLAUSIBLE,
        Map.of(),
        duplicates(false),
        new CleanSettings.Returns(null, false),
        Map.of(),
        CleanSettings.UnknownPolicy.KEEP,
        CleanSettings.UnknownPolicy.KEEP,
        0,
        budgets(0.5, Map.of(), 1, 0.5));
  }

  /** Budgets of rejected rows; repairs only warn. */
  public static CleanSettings.Budgets budgets(
      double maxRejected, Map<String, Double> bySource, long minRows, double minShare) {
    return new CleanSettings.Budgets(maxRejected, bySource, minRows, minShare, 1, Map.of(), 0.01);
  }

  public static CleanSettings.Duplicates duplicates(boolean exact, String... key) {
    return new CleanSettings.Duplicates(
        exact, List.of(key), CleanSettings.Keep.MOST_COMPLETE, CleanSettings.Keep.MOST_FREQUENT);
  }
}
