package org.nightjar.rank;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.SparkTest;
import org.nightjar.config.RankSettings;
import org.nightjar.table.Candidates;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/** Literal candidates and settings. */
abstract class RankTest extends SparkTest {
  static final Instant CUTOFF = Instant.parse("2025-06-01T00:00:00Z");
  static final RankSettings.Repeats ALLOW = repeats(RankSettings.RepeatPolicy.ALLOW, 14, Map.of());

  static RankSettings.Repeats repeats(
      RankSettings.RepeatPolicy policy, int days, Map<String, Integer> daysByCategory) {
    return new RankSettings.Repeats(policy, days, daysByCategory, List.of("purchase", "rating"));
  }

  static RankSettings settings(int perModel, RankSettings.Repeats repeats) {
    return settings(perModel, repeats, 0, List.of());
  }

  static RankSettings settings(int perModel, int maxPerCategory, String... fallback) {
    return settings(perModel, ALLOW, maxPerCategory, List.of(fallback));
  }

  private static RankSettings settings(
      int perModel, RankSettings.Repeats repeats, int maxPerCategory, List<String> fallback) {
    return new RankSettings(
        1,
        perModel,
        repeats,
        maxPerCategory,
        1,
        new RankSettings.Activity(20),
        new RankSettings.Blend(RankSettings.Normalisation.MIN_MAX, true, Map.of(), Map.of()),
        new RankSettings.Learned(
            false,
            150,
            1_500_000,
            List.of(RankSettings.Learned.Objective.NDCG, RankSettings.Learned.Objective.LOGISTIC),
            50,
            4,
            0.05,
            1,
            0.8,
            List.of(0.5, 0.8),
            1,
            20),
        new RankSettings.Diversity(RankSettings.DiversityMethod.NONE, 0.2, 50, List.of()),
        new RankSettings.NewItems(0, 5),
        fallback);
  }

  /** What one model proposes to a user, best first. */
  record Proposal(int user, String model, Integer[] items, Float[] scores) {}

  static Proposal proposal(int user, String model, Integer[] items, Float[] scores) {
    return new Proposal(user, model, items, scores);
  }

  static Integer[] items(Integer... items) {
    return items;
  }

  static Float[] scores(double... scores) {
    Float[] boxed = new Float[scores.length];
    for (int at = 0; at < scores.length; at++) {
      boxed[at] = (float) scores[at];
    }
    return boxed;
  }

  /**
   * What {@link Ranker#gather} gives: users 0, 1, … by their number of events, and those who only
   * have proposals as cold ones.
   */
  static Dataset<Row> gathered(List<String> models, long[] eventCounts, Proposal... proposals) {
    Map<Integer, List<Proposal>> byUser = new TreeMap<>();
    for (Proposal proposal : proposals) {
      byUser.computeIfAbsent(proposal.user(), u -> new ArrayList<>()).add(proposal);
    }
    List<Row> rows = new ArrayList<>();
    byUser.forEach(
        (user, own) -> {
          List<Integer> items =
              own.stream().flatMap(p -> Arrays.stream(p.items())).distinct().sorted().toList();
          Float[] scores = new Float[models.size() * items.size()];
          Arrays.fill(scores, Float.NaN);
          for (Proposal proposal : own) {
            for (int at = 0; at < proposal.items().length; at++) {
              scores[
                      models.indexOf(proposal.model()) * items.size()
                          + items.indexOf(proposal.items()[at])] =
                  proposal.scores()[at];
            }
          }
          rows.add(
              row(
                  user,
                  user < eventCounts.length ? eventCounts[user] : null,
                  items.toArray(Integer[]::new),
                  scores));
        });
    StructType schema =
        new StructType()
            .add(Users.USER, DataTypes.IntegerType)
            .add(UserContext.EVENT_COUNT, DataTypes.LongType)
            .add(Candidates.OF_ALL_MODELS.apply(Candidates.ITEMS))
            .add(Candidates.OF_ALL_MODELS.apply(Candidates.MODEL_SCORES));
    return spark
        .createDataFrame(rows, schema)
        .withColumn(
            Ranker.ACTIVITY,
            Ranker.activity(functions.col(UserContext.EVENT_COUNT), new RankSettings.Activity(20)));
  }
}
