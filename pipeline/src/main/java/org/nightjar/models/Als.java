package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * Matrix factorisation by MLlib's alternating least squares.
 *
 * <p>Implicit (default): minimises Σ (1 + α·r_ui)(p_ui − x_u·y_i)² + λ(Σ n_u|x_u|² + Σ n_i|y_i|²)
 * with p = 1 where the user has events with the item, r the preference and n the number of pairs
 * (Hu, Koren and Volinsky 2008; MLlib scales the regularisation by n). Explicit: squared error on
 * the mean rating. Score: x_u·y_i. Users and items without events have no factors: no proposals.
 *
 * <p>Rank, regularisation and alpha belong together: more rank without more regularisation loses.
 */
@JsonTypeName("als")
public record Als(
    @Setting(value = "Number of latent factors, 1 to 512.", byDefault = "64") int rank,
    @Setting(value = "Alternations.", byDefault = "10") int iterations,
    @Setting(value = "λ, scaled by the number of a user's or item's pairs.", byDefault = "0.2")
        double regularisation,
    @Setting(value = "α, how much a preference of 1 adds to the confidence.", byDefault = "1.5")
        double alpha,
    @Setting(
            value = "False: learn the rating in `value` instead of the preference.",
            byDefault = "true")
        boolean implicit,
    @Setting(value = Strength.SETTING, byDefault = "binary") Strength strength,
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "0")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(
            value =
                "Blocks per side; 0: one per 250,000 pairs, at least 2. Another number of blocks is another random start.",
            byDefault = "0")
        int blocks)
    implements CandidateModel {

  private static final int PAIRS_PER_BLOCK = 250_000;
  private static final int MIN_BLOCKS = 2;
  private static final int CHECKPOINT_INTERVAL = 5;

  public Als {
    Require.that(rank >= 1 && rank <= 512, "rank is %s but must be from 1 to 512", rank);
    Require.that(iterations >= 1, "iterations is %s but must be >= 1", iterations);
    Require.that(regularisation >= 0, "regularisation is %s but must be >= 0", regularisation);
    Require.that(alpha >= 0, "alpha is %s but must be >= 0", alpha);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Require.that(blocks >= 0, "blocks is %s but must be >= 0", blocks);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException without a checkpoint directory: MLlib would drop checkpoints
   *     silently and long lineages overflow the stack
   */
  @Override
  public FittedModel fit(Training training) {
    SparkSession spark = training.events().sparkSession();
    if (spark.sparkContext().getCheckpointDir().isEmpty()) {
      throw new IllegalStateException("ALS needs a checkpoint directory on the Spark context");
    }
    Dataset<Row> preferences =
        Preferences.of(training, implicit, strength, halfLifeDays, eventWeights)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      int count =
          blocks > 0
              ? blocks
              : (int) Math.max(MIN_BLOCKS, Math.min(10_000, preferences.count() / PAIRS_PER_BLOCK));
      // Sums of normal equations follow the order of rows, so the order is made independent of the
      // input's partitions.
      Dataset<Row> ordered =
          preferences
              .repartition(count, col(Events.USER))
              .sortWithinPartitions(Events.USER, Events.ITEM);
      ALSModel model =
          new ALS()
              .setUserCol(Events.USER)
              .setItemCol(Events.ITEM)
              .setRatingCol(Preferences.PREFERENCE)
              .setRank(rank)
              .setMaxIter(iterations)
              .setRegParam(regularisation)
              .setAlpha(alpha)
              .setImplicitPrefs(implicit)
              .setNumBlocks(count)
              .setSeed(training.seed())
              .setCheckpointInterval(CHECKPOINT_INTERVAL)
              .fit(ordered);
      return restore(
          Map.of(
              FactorModel.USER_FACTORS,
              factors(model.userFactors(), Users.USER),
              FactorModel.ITEM_FACTORS,
              factors(model.itemFactors(), Items.ITEM)),
          training.itemCount());
    } finally {
      preferences.unpersist();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>MLlib's objective in the terms of {@link Objective}: α₀ = 1 and weights α·r, or ratings.
   */
  @Override
  public FittedModel refresh(Training training, Map<String, Dataset<Row>> before) {
    Dataset<Row> preferences =
        Preferences.of(training, implicit, strength, halfLifeDays, eventWeights);
    Dataset<Row> weights =
        implicit
            ? preferences.withColumn(
                Preferences.PREFERENCE, col(Preferences.PREFERENCE).multiply(alpha).cast("float"))
            : preferences;
    Objective objective = new Objective(implicit, implicit ? 1 : 0, regularisation, 1, false);
    return restore(FoldIn.refreshed(before, weights, objective, rank), training.itemCount());
  }

  private static Dataset<Row> factors(Dataset<Row> factors, String id) {
    return factors.select(col("id").as(id), col("features").as(FactorModel.FACTORS));
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    SearchSpace space =
        SearchSpace.NONE
            .with("rank", SearchSpace.oneOf(16, 32, 64, 96, 128))
            .with("regularisation", SearchSpace.logUniform(0.01, 1))
            .with("iterations", SearchSpace.integers(10, 15));
    return implicit
        ? space
            .with("alpha", SearchSpace.logUniform(0.3, 30))
            .with("strength", SearchSpace.oneOf("binary", "log"))
            .with("halfLifeDays", SearchSpace.oneOf(0, 60, 180))
        : space;
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new FactorModel(tables, itemCount, rank);
  }
}
