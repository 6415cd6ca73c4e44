package org.nightjar.run;

import static org.apache.spark.sql.functions.col;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.InputException;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/** The configuration that a {@link Suite} runs with, made from what its files have. */
final class SuiteConfiguration {
  /** Beyond, {@code ease} takes too much memory and time for everybody's driver. */
  private static final long MOST_ITEMS_OF_EASE = 20_000;

  /** Types of models that look at profiles. */
  private static final Set<String> PROFILE_MODELS = Set.of("demographic-features", "demographic");

  /**
   * As titles of films and books have it: the year in brackets, of which the launch is the first
   * day.
   */
  private static final String YEAR_IN_TEXT =
      "try_to_timestamp(regexp_extract(text, '[(]((19|20)[0-9]{2})[)]', 1), 'yyyy')";

  private static final String TYPE = "type";

  /** Names of models that say something only where events have times. */
  private static final List<String> RECENCY_MODELS =
      List.of("repeat-recent", "replenish", "popularity-recent");

  private final Suite suite;
  private final SparkSession spark;
  private final List<String> trainColumns;
  private final List<String> profileColumns;
  private final List<String> itemColumns;
  private HoldoutChoice.Chosen holdout;

  /**
   * Looks at the files' headers.
   *
   * @throws InputException with everything that is missing
   */
  SuiteConfiguration(Suite suite, SparkSession spark) {
    this.suite = suite;
    this.spark = spark;
    List<String> problems = new ArrayList<>();
    this.trainColumns = columns(suite.train(), List.of(Users.USER_ID, Items.ITEM_ID), problems);
    columns(suite.test(), List.of(Users.USER_ID, Items.ITEM_ID), problems);
    this.itemColumns = columns(suite.items(), List.of(Items.ITEM_ID), problems);
    this.profileColumns =
        columns(suite.profiles(), List.of(Users.USER_ID), problems).stream()
            .filter(column -> !column.equals(Users.USER_ID))
            .toList();
    suite.numeric().stream()
        .filter(column -> !profileColumns.contains(column))
        .map(column -> String.format("numeric: '%s' is no column of the profiles.", column))
        .forEach(problems::add);
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  private List<String> columns(Path file, List<String> needed, List<String> problems) {
    if (file == null) {
      return List.of();
    }
    if (!Files.isReadable(file)) {
      problems.add(String.format("Cannot read '%s': there is no such file.", file));
      return List.of();
    }
    List<String> there = List.of(rows(file).columns());
    needed.stream()
        .filter(column -> !there.contains(column))
        .map(
            column ->
                String.format(
                    "'%s' has no column %s; its columns are %s.",
                    file, column, String.join(", ", there)))
        .forEach(problems::add);
    return there;
  }

  /** As a file would have it. */
  Map<String, Object> asMap() {
    Dataset<Row> train =
        rows(suite.train())
            .select(
                List.of(Users.USER_ID, Items.ITEM_ID, Events.EVENT_AT, Events.ORDER_ID).stream()
                    .filter(trainColumns::contains)
                    .map(name -> col(name))
                    .toArray(Column[]::new))
            .persist(StorageLevel.MEMORY_AND_DISK());
    boolean withEase;
    try {
      withEase = train.select(Items.ITEM_ID).distinct().count() <= MOST_ITEMS_OF_EASE;
      holdout = new HoldoutChoice(train, rows(suite.test()), !suite.excludeSeen()).choose();
    } finally {
      train.unpersist();
    }
    Map<String, Map<String, Object>> models = models(withEase);
    long withProfiles =
        models.values().stream().filter(model -> PROFILE_MODELS.contains(model.get(TYPE))).count();
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("name", "suite");
    configuration.put("sources", sources());
    configuration.put("userAttributes", attributes());
    // The files are taken as they are: a row that stands twice was bought twice.
    configuration.put(
        "clean",
        Map.of(
            "duplicates", Map.of("exactEvents", false),
            "budgets", Map.of("maxRejectedShare", 1)));
    configuration.put("models", models);
    configuration.put(
        "rank",
        Map.of(
            "listLength",
            suite.k(),
            "repeat",
            Map.of("policy", suite.excludeSeen() ? "exclude" : "allow"),
            "learned",
            Map.of("enabled", true)));
    configuration.put(
        "evaluation",
        Map.of(
            "split",
            holdout.split(),
            "ks",
            List.of(suite.k()),
            "withoutProfiles",
            withProfiles > 0 && withProfiles < models.size(),
            "test",
            csv(suite.test(), Map.of(Users.USER_ID, Users.USER_ID, Items.ITEM_ID, Items.ITEM_ID))));
    configuration.put("output", Map.of("path", suite.out().toString()));
    return configuration;
  }

  /** What is held out of TRAIN and why; known once {@link #asMap} was asked. */
  HoldoutChoice.Chosen holdout() {
    return holdout;
  }

  private Map<String, Object> sources() {
    Map<String, Object> sources = new LinkedHashMap<>();
    if (suite.profiles() != null) {
      Map<String, Object> users = new LinkedHashMap<>();
      users.put(Users.USER_ID, Users.USER_ID);
      profileColumns.forEach(column -> users.put(column, column));
      sources.put("users", csv(suite.profiles(), users));
    }
    if (suite.items() != null) {
      sources.put("items", csv(suite.items(), itemMapping()));
    }
    sources.put("events", List.of(csv(suite.train(), eventMapping())));
    sources.put("requested", csv(suite.test(), Map.of(Users.USER_ID, Users.USER_ID)));
    return sources;
  }

  private Map<String, Object> itemMapping() {
    Map<String, Object> mapped = new LinkedHashMap<>();
    if (itemColumns.contains(Items.TEXT)) {
      mapped.put(Items.LAUNCHED_AT, Map.of("expr", YEAR_IN_TEXT));
    }
    for (String column :
        List.of(Items.ITEM_ID, Items.CATEGORY, Items.TEXT, Items.PRICE, Items.LAUNCHED_AT)) {
      if (itemColumns.contains(column)) {
        mapped.put(column, column);
      }
    }
    return mapped;
  }

  private Map<String, Object> eventMapping() {
    Map<String, Object> mapped = new LinkedHashMap<>();
    for (String column :
        List.of(
            Events.USER_ID,
            Events.ITEM_ID,
            Events.EVENT_AT,
            Events.QUANTITY,
            Events.AMOUNT,
            Events.ORDER_ID)) {
      if (trainColumns.contains(column)) {
        mapped.put(column, column);
      }
    }
    if (trainColumns.contains("unit_price") && !trainColumns.contains(Events.AMOUNT)) {
      mapped.put(
          Events.AMOUNT,
          Map.of("expr", "try_cast(unit_price AS DOUBLE) * try_cast(quantity AS DOUBLE)"));
    }
    if (trainColumns.contains("rating")) {
      mapped.put(Events.VALUE, "rating");
    }
    return mapped;
  }

  private Map<String, Object> attributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    profileColumns.forEach(
        column ->
            attributes.put(
                column,
                Map.of(TYPE, suite.numeric().contains(column) ? "numeric" : "categorical")));
    return attributes;
  }

  /**
   * The shipped default: what the data allows, the strongest first, the one that knows every item
   * last. Large catalogues have random walks in the place of {@code ease}.
   */
  private Map<String, Map<String, Object>> models(boolean withEase) {
    Map<String, Map<String, Object>> all = new LinkedHashMap<>();
    all.put("repeat", Map.of(TYPE, "repeat", "halfLifeDays", 0));
    all.put("repeat-recent", Map.of(TYPE, "repeat", "halfLifeDays", 60));
    all.put("replenish", Map.of(TYPE, "replenish"));
    String linear = withEase ? "ease" : "rp3beta";
    all.put(linear, Map.of(TYPE, linear));
    all.put("ials", Map.of(TYPE, "ials", "strength", "log"));
    all.put("item-knn", Map.of(TYPE, "item-knn"));
    all.put("demographic-features", Map.of(TYPE, "demographic-features"));
    all.put("demographic", Map.of(TYPE, "demographic", "halfLifeDays", 0));
    all.put("popularity-recent", Map.of(TYPE, "popularity", "halfLifeDays", 14));
    all.put("popularity", Map.of(TYPE, "popularity", "halfLifeDays", 0));
    if (!suite.models().isEmpty()) {
      Map<String, Map<String, Object>> chosen = new LinkedHashMap<>();
      suite.models().forEach(type -> chosen.put(type, all.getOrDefault(type, Map.of(TYPE, type))));
      return chosen;
    }
    if (suite.excludeSeen()) {
      all.remove("repeat");
      all.remove("repeat-recent");
      all.remove("replenish");
    }
    if (!holdout.timed()) {
      // The same as those that do not fade, or nothing.
      RECENCY_MODELS.forEach(all::remove);
    }
    if (profileColumns.isEmpty()) {
      all.values().removeIf(model -> PROFILE_MODELS.contains(model.get(TYPE)));
    }
    return all;
  }

  private Dataset<Row> rows(Path file) {
    return spark.read().option("header", "true").csv(file.toString());
  }

  private static Map<String, Object> csv(Path file, Map<String, ?> columns) {
    return Map.of(
        "format",
        "csv",
        "path",
        file.toString(),
        "options",
        Map.of("header", "true"),
        "columns",
        columns);
  }
}
