package org.nightjar.bench;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.transform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.FittedModel;
import org.nightjar.models.Request;
import org.nightjar.table.Candidates;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * The lists of every user from a fitted model with factors, seen items excluded, written to
 * Parquet: by the pipeline's own scan, and by MLlib's {@code recommendForAllUsers} asked for N and
 * the longest exclusion, then filtered and cut.
 *
 * @param users and {@code items}, {@code events}: the generated shop
 * @param rank of the factors
 * @param n items per list
 * @param mostSeen excluded items of one user; what MLlib is asked for grows with it
 * @param type of the model, such as als; its tables hold factors
 * @param mllib false: our scan alone, for sizes that would take MLlib hours
 * @param rounds that count
 */
public record TopNBench(
    int users,
    int items,
    long events,
    int rank,
    int n,
    int mostSeen,
    String type,
    boolean mllib,
    int rounds,
    long seed) {
  private static final String USER_FACTORS = "user_factors";
  private static final String ITEM_FACTORS = "item_factors";
  private static final String FACTORS = "factors";
  private static final String OURS = "nightjar";
  private static final String SCAN = "nightjar_scan";
  private static final String MLLIB = "mllib";
  private static final double GIGA = 1e9;

  /** Settings, medians, ratios. */
  public Map<String, Object> run(SparkSession spark, String folder) {
    BenchShop shop = BenchShop.of(spark, users, items, events, seed, folder);
    CandidateModel model = BenchModels.of(type, Map.of("rank", rank, "iterations", 1), List.of());
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    model
        .fit(shop.training(shop.events()))
        .tables()
        .forEach((name, rows) -> tables.put(name, shop.written(name, rows)));
    Request request = shop.request(shop.events(), mostSeen, n);
    int longest = request.users().agg(max(size(col(Request.EXCLUDED)))).head().getInt(0);
    long served = request.users().count();
    FittedModel fitted = model.restore(tables, items);
    ALSModel stock =
        new ALSModel(
            "bench", rank, factors(tables.get(USER_FACTORS)), factors(tables.get(ITEM_FACTORS)));
    stock.setUserCol(Users.USER).setItemCol(Items.ITEM);
    Map<String, Rounds.Work> pieces = new LinkedHashMap<>();
    pieces.put(OURS, () -> write(fitted.propose(request), shop.path(OURS)));
    pieces.put(
        SCAN, () -> fitted.propose(request).write().format("noop").mode(SaveMode.Overwrite).save());
    if (mllib) {
      pieces.put(MLLIB, () -> write(byMllib(stock, request, longest), shop.path(MLLIB)));
    }
    Rounds.Medians medians = Rounds.medians(rounds, pieces);
    Map<String, Double> seconds = medians.seconds();
    Map<String, Double> coreSeconds = medians.coreSeconds();
    int threads = Math.max(1, spark.sparkContext().defaultParallelism());
    Map<String, Double> roof = SgemmRoof.gigaflops(rank, items, threads, rounds);
    double best = roof.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double scanned = 2.0 * served * items * rank / seconds.get(SCAN) / GIGA;
    double perCore = 2.0 * served * items * rank / coreSeconds.get(SCAN) / GIGA;
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("bench", "topn");
    result.put("settings", this);
    result.put("users_served", served);
    result.put("longest_exclusion", longest);
    result.put("mllib_asked_for", n + longest);
    result.put("seconds", seconds);
    result.put("core_seconds", coreSeconds);
    if (mllib) {
      result.put("times_faster_than_mllib", seconds.get(MLLIB) / seconds.get(OURS));
      result.put("times_less_work_than_mllib", coreSeconds.get(MLLIB) / coreSeconds.get(OURS));
      result.put("items_in_common", inCommon(spark, shop));
    }
    result.put("scan_gigaflops", scanned);
    result.put("scan_gigaflops_per_core_second", perCore);
    result.put("sgemm_gigaflops", roof);
    result.put("share_of_sgemm_roof", best == 0 ? null : scanned / best);
    return result;
  }

  private static Dataset<Row> factors(Dataset<Row> table) {
    String id = table.columns()[0].equals(FACTORS) ? table.columns()[1] : table.columns()[0];
    return table.select(col(id).as("id"), col(FACTORS).as("features"));
  }

  private Dataset<Row> byMllib(ALSModel stock, Request request, int longest) {
    Dataset<Row> asked = stock.recommendForAllUsers(n + longest);
    return asked
        .join(request.users(), Users.USER)
        .select(
            col(Users.USER),
            transform(
                    slice(
                        filter(
                            col("recommendations"),
                            one ->
                                not(
                                    array_contains(
                                        col(Request.EXCLUDED), one.getField(Items.ITEM)))),
                        1,
                        n),
                    one -> one.getField(Items.ITEM))
                .as(Candidates.ITEMS));
  }

  private static void write(Dataset<Row> lists, String path) {
    lists.write().mode(SaveMode.Overwrite).parquet(path);
  }

  /** Mean share of a list's items that the other list has too: 1 up to ties and rounding. */
  private double inCommon(SparkSession spark, BenchShop shop) {
    Dataset<Row> ours = spark.read().parquet(shop.path(OURS));
    Dataset<Row> mllib =
        spark
            .read()
            .parquet(shop.path(MLLIB))
            .select(col(Users.USER), col(Candidates.ITEMS).as(MLLIB));
    return ours.join(mllib, Users.USER)
        .agg(avg(size(array_intersect(col(Candidates.ITEMS), col(MLLIB))).divide(n)))
        .head()
        .getDouble(0);
  }
}
