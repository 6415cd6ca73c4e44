package org.nightjar.run;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;
import org.nightjar.tune.Budget;

/**
 * The product on a fixed split of CSV files: TRAIN is all that is learned from, TEST gives the
 * users to serve and, at the very end, the truth.
 *
 * <p>The holdout that teaches the blend lies inside TRAIN, see {@link HoldoutChoice}.
 *
 * @param train user_id, item_id, and optionally event_at, quantity, unit_price or amount, rating,
 *     order_id
 * @param test user_id, item_id
 * @param profiles user_id and profile attributes; null: none
 * @param items item_id, and optionally category, text, price, launched_at, for which a year in
 *     brackets in the text stands in; null: none
 * @param numeric profile columns that are numbers; the others are categories
 * @param excludeSeen whether items of TRAIN are kept out of the lists
 * @param models model types; empty: those of the product
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
   * @param notices gets a sentence about how the split was understood
   * @throws InputException with every file and column that is missing
   */
  public NightResult run(SparkSession spark, RunOptions options, Consumer<String> notices) {
    SuiteConfiguration made = new SuiteConfiguration(this, spark);
    WrittenConfiguration shipped =
        WrittenConfiguration.of(
            json(made.asMap()), "suite.json", overrides, name -> System.getenv(name));
    notices.accept(made.holdout().toString());
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
    record.put("holdout", made.holdout());
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
    try {
      write(figures.join(users, Users.USER).drop(Users.USER), UserMetrics.TABLE.name());
      return Comparisons.ofModels(
          context, figures.where(col(UserMetrics.METRIC).equalTo(Metric.MAP.label())), evaluation);
    } finally {
      figures.unpersist();
    }
  }

  private void write(Dataset<Row> table, String name) {
    table.coalesce(1).write().mode(SaveMode.Overwrite).parquet(out.resolve(name).toString());
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
