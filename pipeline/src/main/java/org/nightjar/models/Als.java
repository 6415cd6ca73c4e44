package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
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
  private static final int MAX_BLOCKS = 10_000;
  private static final int CHECKPOINT_INTERVAL = 5;
  private static final StructType RATINGS =
      new StructType()
          .add(Events.USER, DataTypes.IntegerType, false)
          .add(Events.ITEM, DataTypes.IntegerType, false)
          .add(Preferences.PREFERENCE, DataTypes.FloatType, false);

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
    PackedRatings ratings = PackedRatings.of(preferences(training));
    try {
      int count = blocks > 0 ? blocks : blocksFor(ratings.count());
      double weight = implicit ? alpha : 1;
      JavaRDD<RatingBlock> byUser = ratings.by(Events.USER, RowParts.NONE, count);
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
              .fit(table(spark, byUser));
      return restore(
          Map.of(
              FactorModel.USER_FACTORS,
              factors(model.userFactors(), Users.USER),
              FactorModel.ITEM_FACTORS,
              factors(model.itemFactors(), Items.ITEM),
              FactorModel.RATINGS,
              RatingTable.of(spark, byUser.map(block -> block.times(weight)), false)),
          training.itemCount());
    } finally {
      ratings.release();
    }
  }

  private static int blocksFor(long pairs) {
    return (int) Math.max(MIN_BLOCKS, Math.min(MAX_BLOCKS, pairs / PAIRS_PER_BLOCK));
  }

  /**
   * Ordered by user and item within partitions that do not depend on the input's, since MLlib's
   * sums of normal equations follow the order of rows.
   */
  private static Dataset<Row> table(SparkSession spark, JavaRDD<RatingBlock> byUser) {
    return spark.createDataFrame(
        byUser.flatMap(
            block ->
                IntStream.range(0, block.rows())
                    .boxed()
                    .flatMap(
                        row ->
                            IntStream.range(block.starts()[row], block.starts()[row + 1])
                                .mapToObj(
                                    at ->
                                        RowFactory.create(
                                            block.ids()[row],
                                            block.places()[at],
                                            block.values()[at])))
                    .iterator()),
        RATINGS);
  }

  @Override
  public FittedModel refresh(Training training, Map<String, Dataset<Row>> before) {
    return restore(
        FoldIn.refreshed(before, weights(training), objective(), rank), training.itemCount());
  }

  @Override
  public Map<String, StructType> refreshedFrom() {
    return FoldIn.TABLES;
  }

  /** MLlib's objective: α₀ = 1, weights α·r or ratings, and a row's λ times its pairs. */
  private Objective objective() {
    return new Objective(implicit, implicit ? 1 : 0, regularisation, 1, false);
  }

  private Dataset<Row> preferences(Training training) {
    return Preferences.of(training, implicit, strength, halfLifeDays, eventWeights);
  }

  /** Preferences times α, or ratings: what {@link #objective} takes. */
  private Dataset<Row> weights(Training training) {
    return implicit
        ? preferences(training)
            .withColumn(
                Preferences.PREFERENCE, col(Preferences.PREFERENCE).multiply(alpha).cast("float"))
        : preferences(training);
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
    return new FactorModel(tables, itemCount, rank, objective());
  }
}
