package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.try_to_timestamp;
import static org.apache.spark.sql.functions.unix_seconds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Metric;
import org.nightjar.publish.QualityGate.Comparison;
import org.nightjar.rank.Ranker;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;
import org.nightjar.tune.Budget;

/**
 * The product on a fixed split of CSV files: TRAIN is all that is learned from, TEST gives the
 * users to serve and, at the very end, the truth.
 *
 * <p>The holdout that teaches the blend lies inside TRAIN. Its kind is told from user ids alone:
 * where at least 80 % of the training users occur in TEST, rows were held out at random; otherwise
 * TEST comes after TRAIN in time, and the holdout is made of the last windows of TRAIN: two of 28
 * days, or up to ten of 10 days where few users return within those.
 *
 * @param train user_id, item_id, and optionally event_at, quantity, unit_price or amount, rating,
 *     order_id
 * @param test user_id, item_id
 * @param profiles user_id and profile attributes; null: none
 * @param items item_id, and optionally category, text, price, launched_at, for which a year in
 *     brackets in the text stands in; null: none
 * @param numeric profile columns that are numbers; the others are categories
 * @param excludeSeen whether items of TRAIN are kept out of the lists
 * @param models model types; empty: those of the product, see {@link #models(boolean, boolean)}
 * @param k items per list
 * @param tuneMinutes time for a search over model settings, on the holdout inside TRAIN, before the
 *     models of the run are trained; TEST lends it no row, only its users' profiles; 0: none
 * @param overrides configuration keys to set, {@code path=value}
 * @param out folder for recommendations, metrics and run.json
 */
public record Suite(
    Path train,
    Path test,
    Path profiles,
    Path items,
    List<String> numeric,
    boolean excludeSeen,
    List<String> models,
    int k,
    int tuneMinutes,
    List<String> overrides,
    Path out) {
  private static final double RANDOM_SHARE = 0.8;
  private static final double HOLDOUT_DAYS = 28;
  private static final int WINDOWS = 2;

  /** With fewer returning users in these windows there are more and shorter ones. */
  private static final long MIN_RETURNING = 1_000;

  private static final double SHORT_DAYS = 10;
  private static final int MOST_WINDOWS = 10;

  /** Returning users without whom a short window, and those before it, are left out. */
  private static final long WORTH_A_WINDOW = 20;

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

  private static final double SECONDS_PER_DAY = 86_400;
  private static final ObjectMapper JSON = new ObjectMapper();

  public Suite {
    Require.that(tuneMinutes >= 0, "tune-minutes is %s but must be >= 0", tuneMinutes);
    overrides.forEach(
        override ->
            Require.that(
                !override.startsWith("spark."),
                "%s would come too late: Spark has started when the suite is configured; use"
                    + " --master, or NIGHTJAR_JAVA_OPTS for Spark's own settings",
                override));
  }

  /**
   * Trains, ranks, scores and writes.
   *
   * @throws InputException if a file is missing, empty or has no user_id or item_id
   */
  public NightResult run(SparkSession spark, RunOptions options) {
    WrittenConfiguration shipped =
        WrittenConfiguration.of(
            json(configuration(spark)), "suite.json", overrides, name -> System.getenv(name));
    Optional<TuneStage> tuning =
        tuneMinutes == 0
            ? Optional.empty()
            : Optional.of(
                new TuneStage(
                    shipped,
                    List.of(),
                    Budget.of(Duration.ofMinutes(tuneMinutes)),
                    Clock.systemUTC(),
                    Optional.empty()));
    Map<String, Comparison> comparisons = new LinkedHashMap<>();
    NightResult result =
        Night.evaluate(
            spark,
            shipped.configuration(),
            options,
            tuning,
            context -> comparisons.putAll(export(context)));
    Optional<TuneResult> tuned = tuning.flatMap(TuneStage::result);
    Map<String, Object> record = new LinkedHashMap<>();
    record.put(
        "configuration",
        ConfigurationLoader.render(
            tuned.map(best -> best.into(shipped)).orElse(shipped).configuration()));
    record.put("blend_weights", result.weights().bySegment());
    record.put("ranking_choices", result.choices());
    record.put("feature_gains", result.gains());
    record.put("comparisons", comparisons);
    record.put("stage_seconds", result.seconds());
    record.put("trials", tuned.map(TuneResult::trials).orElse(List.of()));
    record.put("tuned", tuned.map(TuneResult::models).orElse(List.of()));
    record.put("peak_heap_bytes", peakHeapBytes());
    try {
      Files.writeString(out.resolve("run.json"), json(record));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }

  /** Writes the tables; gives the published ranking against each other one. */
  private Map<String, Comparison> export(RunContext context) {
    View full = context.full().orElseThrow();
    Dataset<Row> users = context.cleaned("users").select(Users.USER, Users.USER_ID);
    write(
        Ranker.byRank(
                context.ofView(full, "lists"),
                Users.USER,
                Ranker.ITEMS,
                Ranker.SCORES,
                Ranker.SOURCES)
            .where(col(Recommendations.RANK).leq(k))
            .select(
                col(Users.USER),
                col(Recommendations.RANK),
                col(Ranker.ITEMS).as(Items.ITEM),
                col(Ranker.SCORES).as(Recommendations.SCORE),
                col(Ranker.SOURCES).as(Recommendations.SOURCE))
            .join(users, Users.USER)
            .join(context.itemIds(), Items.ITEM)
            .select(
                Recommendations.USER_ID,
                Recommendations.RANK,
                Recommendations.ITEM_ID,
                Recommendations.SCORE,
                Recommendations.SOURCE)
            .repartition(1)
            .sortWithinPartitions(Recommendations.USER_ID, Recommendations.RANK),
        "recommendations");
    write(context.workspace().read("evaluate", "metrics"), "metrics");
    Evaluation evaluation = EvaluateStage.evaluation(context);
    Dataset<Row> figures =
        evaluation
            .perUser(List.of(Metric.values()), List.of(k))
            .persist(StorageLevel.MEMORY_AND_DISK());
    write(figures.join(users, Users.USER).drop(Users.USER), UserMetrics.TABLE.name());
    Map<String, Comparison> comparisons =
        Comparisons.ofModels(
            context,
            figures.where(col(UserMetrics.METRIC).equalTo(Metric.MAP.label())),
            evaluation.segments());
    figures.unpersist();
    return comparisons;
  }

  private void write(Dataset<Row> table, String name) {
    table.coalesce(1).write().mode(SaveMode.Overwrite).parquet(out.resolve(name).toString());
  }

  private Map<String, Object> configuration(SparkSession spark) {
    List<String> trainColumns = columns(spark, train);
    List<String> profileColumns =
        profiles == null
            ? List.of()
            : columns(spark, profiles).stream().filter(c -> !c.equals(Users.USER_ID)).toList();
    boolean timed = trainColumns.contains(Events.EVENT_AT);
    Map<String, Object> events = new LinkedHashMap<>();
    for (String column :
        List.of(
            Events.USER_ID,
            Events.ITEM_ID,
            Events.EVENT_AT,
            Events.QUANTITY,
            Events.AMOUNT,
            Events.ORDER_ID)) {
      if (trainColumns.contains(column)) {
        events.put(column, column);
      }
    }
    if (trainColumns.contains("unit_price") && !trainColumns.contains(Events.AMOUNT)) {
      events.put(
          Events.AMOUNT,
          Map.of("expr", "try_cast(unit_price AS DOUBLE) * try_cast(quantity AS DOUBLE)"));
    }
    if (trainColumns.contains("rating")) {
      events.put(Events.VALUE, "rating");
    }
    Map<String, Object> sources = new LinkedHashMap<>();
    if (profiles != null) {
      Map<String, Object> users = new LinkedHashMap<>();
      users.put(Users.USER_ID, Users.USER_ID);
      profileColumns.forEach(column -> users.put(column, column));
      sources.put("users", csv(profiles, users));
    }
    if (items != null) {
      List<String> itemColumns = columns(spark, items);
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
      sources.put("items", csv(items, mapped));
    }
    sources.put("events", List.of(csv(train, events)));
    sources.put("requested", csv(test, Map.of(Users.USER_ID, Users.USER_ID)));
    Map<String, Object> attributes = new LinkedHashMap<>();
    profileColumns.forEach(
        column ->
            attributes.put(
                column, Map.of("type", numeric.contains(column) ? "numeric" : "categorical")));
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("name", "suite");
    configuration.put("sources", sources);
    configuration.put("userAttributes", attributes);
    // The files are taken as they are: a row that stands twice was bought twice.
    configuration.put(
        "clean",
        Map.of(
            "duplicates", Map.of("exactEvents", false),
            "budgets", Map.of("maxRejectedShare", 1)));
    long soldItems = csv(spark, train).select(Items.ITEM_ID).distinct().count();
    Map<String, Object> chosen = models(!profileColumns.isEmpty(), soldItems <= MOST_ITEMS_OF_EASE);
    configuration.put("models", chosen);
    boolean withoutProfiles =
        chosen.keySet().stream().anyMatch(PROFILE_MODELS::contains)
            && !PROFILE_MODELS.containsAll(chosen.keySet());
    configuration.put(
        "rank",
        Map.of(
            "listLength",
            k,
            "repeat",
            Map.of("policy", excludeSeen ? "exclude" : "allow"),
            "learned",
            Map.of("enabled", true)));
    configuration.put(
        "evaluation",
        Map.of(
            "split", split(spark, timed),
            "ks", List.of(k),
            "withoutProfiles", withoutProfiles,
            "test", csv(test, Map.of(Users.USER_ID, Users.USER_ID, Items.ITEM_ID, Items.ITEM_ID))));
    configuration.put("output", Map.of("path", out.toString()));
    return configuration;
  }

  /**
   * The shipped default: what the data allows, the strongest first, the one that knows every item
   * last. Large catalogues have random walks in the place of {@code ease}.
   */
  private Map<String, Object> models(boolean withProfiles, boolean withEase) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("repeat", Map.of("type", "repeat", "halfLifeDays", 0));
    all.put("repeat-recent", Map.of("type", "repeat", "halfLifeDays", 60));
    all.put("replenish", Map.of("type", "replenish"));
    String linear = withEase ? "ease" : "rp3beta";
    all.put(linear, Map.of("type", linear));
    all.put("ials", Map.of("type", "ials", "strength", "log"));
    all.put("item-knn", Map.of("type", "item-knn"));
    all.put("demographic-features", Map.of("type", "demographic-features"));
    all.put("demographic", Map.of("type", "demographic", "halfLifeDays", 0));
    all.put("popularity-recent", Map.of("type", "popularity", "halfLifeDays", 14));
    all.put("popularity", Map.of("type", "popularity", "halfLifeDays", 0));
    if (!models.isEmpty()) {
      Map<String, Object> chosen = new LinkedHashMap<>();
      models.forEach(type -> chosen.put(type, all.getOrDefault(type, Map.of("type", type))));
      return chosen;
    }
    if (excludeSeen) {
      all.remove("repeat");
      all.remove("repeat-recent");
      all.remove("replenish");
    }
    if (!withProfiles) {
      all.keySet().removeAll(PROFILE_MODELS);
    }
    return all;
  }

  private Map<String, Object> split(SparkSession spark, boolean timed) {
    if (!timed || shareOfTrainingUsersInTest(spark) >= RANDOM_SHARE) {
      return Map.of("type", "random", "share", 0.2);
    }
    Row span =
        csv(spark, train)
            .agg(
                min(unix_seconds(try_to_timestamp(col(Events.EVENT_AT)))),
                max(unix_seconds(try_to_timestamp(col(Events.EVENT_AT)))))
            .head();
    if (span.isNullAt(0)) {
      return Map.of("type", "random", "share", 0.2);
    }
    double half = Math.max((span.getLong(1) - span.getLong(0)) / SECONDS_PER_DAY / 2, 1e-3);
    double days = Math.min(HOLDOUT_DAYS, half / WINDOWS);
    Map<String, Object> usual = Map.of("type", "time", "days", days, "windows", WINDOWS);
    List<Long> returning = returning(spark, span.getLong(1), days, WINDOWS);
    if (returning.stream().mapToLong(users -> users).sum() >= MIN_RETURNING) {
      return usual;
    }
    int most = (int) Math.min(MOST_WINDOWS, half / SHORT_DAYS);
    List<Long> shorter = returning(spark, span.getLong(1), SHORT_DAYS, most);
    int windows = (int) shorter.stream().takeWhile(users -> users >= WORTH_A_WINDOW).count();
    return windows > WINDOWS
        ? Map.of("type", "time", "days", SHORT_DAYS, "windows", windows)
        : usual;
  }

  /** By window, the last one first: users with training rows both in it and before it. */
  private List<Long> returning(SparkSession spark, long end, double days, int windows) {
    Column age =
        lit(end)
            .minus(unix_seconds(try_to_timestamp(col(Events.EVENT_AT))))
            .divide(lit(days * SECONDS_PER_DAY));
    Dataset<Row> rows =
        csv(spark, train).select(col(Users.USER_ID), floor(age).cast("int").as("window"));
    Map<Integer, Long> users = new HashMap<>();
    rows.join(rows.groupBy(Users.USER_ID).agg(max("window").as("first")), Users.USER_ID)
        .where(col("window").lt(col("first")).and(col("window").lt(windows)))
        .groupBy("window")
        .agg(count_distinct(col(Users.USER_ID)))
        .collectAsList()
        .forEach(row -> users.put(row.getInt(0), row.getLong(1)));
    return IntStream.range(0, windows).mapToObj(window -> users.getOrDefault(window, 0L)).toList();
  }

  private double shareOfTrainingUsersInTest(SparkSession spark) {
    Dataset<Row> known = csv(spark, train).select(Users.USER_ID).distinct();
    Dataset<Row> served = csv(spark, test).select(Users.USER_ID).distinct();
    return (double) known.join(served, Users.USER_ID).count() / Math.max(1, known.count());
  }

  private static List<String> columns(SparkSession spark, Path file) {
    return Arrays.asList(csv(spark, file).columns());
  }

  private static Dataset<Row> csv(SparkSession spark, Path file) {
    if (!Files.isReadable(file)) {
      throw new InputException(String.format("Cannot read '%s': there is no such file.", file));
    }
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

  private static long peakHeapBytes() {
    return java.lang.management.ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  private static String json(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
