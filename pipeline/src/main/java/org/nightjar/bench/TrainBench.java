package org.nightjar.bench;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.nightjar.evaluate.Metric;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.FittedModel;
import org.nightjar.models.Request;
import org.nightjar.models.Training;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;

/**
 * Trainers side by side on one set: seconds of a fit, seconds per iteration (the difference of a
 * long fit and one of a single iteration), and NDCG@10 on a hashed tenth of the pairs.
 *
 * @param pairs a file of pairs to train on, see {@link BenchShop}; null: generated ones of that
 *     size
 * @param types of the models; the first one is what the others are compared to
 * @param rank for types that have one
 * @param iterations of the long fit, for types that have them
 * @param further {@code type.key=value}
 * @param rounds that count
 */
public record TrainBench(
    int users,
    int items,
    long events,
    String pairs,
    List<String> types,
    int rank,
    int iterations,
    List<String> further,
    int rounds,
    long seed) {
  private static final int K = 10;
  private static final int HELD_OUT_OF = 10;
  private static final String TRUTH = "truth";
  private static final String HITS = "hits";

  public TrainBench {
    types = List.copyOf(types);
    further = List.copyOf(further);
  }

  /** Settings, medians, ratios. */
  public Map<String, Object> run(SparkSession spark, String folder) {
    BenchShop shop =
        pairs == null
            ? BenchShop.of(spark, users, items, events, seed, folder)
            : BenchShop.of(spark, pairs, seed, folder);
    Column heldOut =
        abs(xxhash64(lit(seed), col(Events.USER), col(Events.ITEM)).mod(lit(HELD_OUT_OF)))
            .equalTo(0);
    Dataset<Row> known = shop.written("known", shop.events().where(functions.not(heldOut)));
    Dataset<Row> truth =
        shop.written(
            TRUTH,
            shop.events()
                .where(heldOut)
                .groupBy(Events.USER)
                .agg(collect_set(col(Events.ITEM)).as(TRUTH)));
    Training training = shop.training(known);
    Request request = shop.request(known, Integer.MAX_VALUE, K);
    Map<String, Rounds.Work> pieces = new LinkedHashMap<>();
    Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
    for (String type : types) {
      CandidateModel once = model(type, 1);
      CandidateModel whole = model(type, iterations);
      figures.put(type, new LinkedHashMap<>());
      pieces.put(type, () -> fit(shop, type, whole, training));
      if (iterative(whole)) {
        pieces.put(one(type), () -> fit(shop, type + "_once", once, training));
      }
    }
    Map<String, Double> seconds = Rounds.medians(rounds, pieces).seconds();
    for (String type : types) {
      CandidateModel whole = model(type, iterations);
      Map<String, Object> of = figures.get(type);
      of.put("fit_seconds", seconds.get(type));
      if (iterative(whole)) {
        of.put(
            "seconds_per_iteration",
            (seconds.get(type) - seconds.get(one(type))) / (iterations - 1));
      }
      of.put("ndcg_at_10", ndcg(restored(shop, type, whole), request, truth));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("bench", "train");
    result.put("settings", this);
    result.put("models", figures);
    result.put("times_faster_than_" + types.get(0), ratios(figures));
    return result;
  }

  private boolean iterative(CandidateModel model) {
    return iterations > 1 && BenchModels.has(model, "iterations");
  }

  private static String one(String type) {
    return type + " of one iteration";
  }

  private CandidateModel model(String type, int most) {
    List<String> own =
        further.stream()
            .filter(setting -> setting.startsWith(type + "."))
            .map(setting -> setting.substring(type.length() + 1))
            .toList();
    return BenchModels.of(type, Map.of("rank", rank, "iterations", most), own);
  }

  private static void fit(BenchShop shop, String name, CandidateModel model, Training training) {
    model
        .fit(training)
        .tables()
        .forEach(
            (table, rows) -> {
              shop.written("models/" + name + "/" + table, rows);
              rows.unpersist();
            });
  }

  private static FittedModel restored(BenchShop shop, String name, CandidateModel model) {
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    for (String table : new java.io.File(shop.path("models/" + name)).list()) {
      tables.put(table, shop.spark().read().parquet(shop.path("models/" + name + "/" + table)));
    }
    return model.restore(tables, shop.items());
  }

  private static double ndcg(FittedModel model, Request request, Dataset<Row> truth) {
    MapFunction<Row, Double> ofUser =
        row -> {
          List<Boolean> found = row.getList(0);
          boolean[] hits = new boolean[found.size()];
          for (int at = 0; at < hits.length; at++) {
            hits[at] = found.get(at);
          }
          return Metric.NDCG.at(K, hits, row.getInt(1));
        };
    Row mean =
        model
            .propose(request)
            .join(truth, Events.USER)
            .select(
                transform(col(Candidates.ITEMS), item -> array_contains(col(TRUTH), item)).as(HITS),
                functions.size(col(TRUTH)))
            .map(ofUser, Encoders.DOUBLE())
            .agg(avg(col("value")))
            .head();
    return mean.isNullAt(0) ? 0 : mean.getDouble(0);
  }

  private Map<String, Object> ratios(Map<String, Map<String, Object>> figures) {
    List<String> compared = new ArrayList<>(types.subList(1, types.size()));
    Map<String, Object> ratios = new LinkedHashMap<>();
    for (String type : compared) {
      Map<String, Object> ratio = new LinkedHashMap<>();
      for (String figure : List.of("fit_seconds", "seconds_per_iteration")) {
        Object before = figures.get(types.get(0)).get(figure);
        Object after = figures.get(type).get(figure);
        if (before != null && after != null) {
          ratio.put(figure, (Double) before / (Double) after);
        }
      }
      ratios.put(type, ratio);
    }
    return ratios;
  }
}
