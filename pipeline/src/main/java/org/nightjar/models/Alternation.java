package org.nightjar.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.Require;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.table.Events;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alternating least squares: items for random users, users for these items, and so on. Ratings lie
 * in the executors' memory by user and by item ({@link RatingBlock}); factors are packed on the
 * driver and broadcast for each half step, so both sides' must fit there, and a lost executor costs
 * no more than its blocks. Ends with the users, so every user's factors are the best for the
 * items'.
 *
 * <p>The result depends on the ratings, the objective and the seed alone.
 */
final class Alternation {
  private static final Logger LOG = LoggerFactory.getLogger(Alternation.class);

  /** Ratings of a row beyond which it is worth more than one task. */
  static final int LONGEST_ROW = 1 << 16;

  private static final long RATINGS_PER_BLOCK = 2_000_000;
  private static final int BLOCKS_PER_CORE = 2;

  /**
   * Spark setting: seconds of training after which the users' factors are kept, from which the
   * items' follow; 0: after each alternation.
   */
  static final String SECONDS_BETWEEN_CHECKPOINTS = "spark.nightjar.secondsBetweenCheckpoints";

  private static final String DEFAULT_SECONDS = "60";

  /**
   * The part of the driver's heap that the factors of both sides may take, as they are there up to
   * four times: packed, gathered, broadcast and saved.
   */
  private static final double HEAP_SHARE = 0.2;

  private static final double MEBIBYTE = 1 << 20;

  private final Objective objective;
  private final int rank;
  private final int blocks;
  private final int longestRow;

  /** With a number of blocks chosen by size. */
  Alternation(Objective objective, int rank) {
    this(objective, rank, 0, LONGEST_ROW);
  }

  /**
   * As given.
   *
   * @param blocks per side; 0: chosen by size
   * @param longestRow most ratings of a row that are summed up in one task
   */
  Alternation(Objective objective, int rank, int blocks, int longestRow) {
    this.objective = objective;
    this.rank = rank;
    this.blocks = blocks;
    this.longestRow = longestRow;
  }

  /**
   * Factors by place, and the objective after each alternation.
   *
   * @param users and their places, as in {@code userFactors}
   */
  record Factors(
      Side users,
      FactorMatrix userFactors,
      Side items,
      FactorMatrix itemFactors,
      List<Double> losses) {}

  /**
   * Alternates.
   *
   * @param ratings see {@link Preferences#of}; read several times, so better persisted
   * @param checkpoints of the same ratings, objective and seed
   * @throws org.nightjar.InputException if the factors would not fit into the driver's memory
   */
  Factors of(Dataset<Row> ratings, int iterations, long seed, Checkpoints checkpoints) {
    SparkSession spark = ratings.sparkSession();
    Side users = Side.of(ratings, Events.USER);
    Side items = Side.of(ratings, Events.ITEM);
    checkFits(users.size(), items.size(), Runtime.getRuntime().maxMemory());
    Rows byUser = rows(ratings, users, items);
    Rows byItem = rows(ratings, items, users);
    try {
      Optional<Map<String, Dataset<Row>>> before = checkpoints.last();
      FactorMatrix userFactors =
          before
              .map(tables -> FactorMatrix.of(tables.get(FactorModel.USER_FACTORS), users, rank))
              .orElseGet(() -> FactorMatrix.random(users.ids(), rank, seed));
      FactorMatrix itemFactors = FactorMatrix.zeros(items.size(), rank);
      List<Double> losses = new ArrayList<>();
      before.ifPresent(tables -> losses.addAll(Losses.of(tables.get(Losses.TABLE))));
      long kept = System.nanoTime();
      for (int iteration = losses.size() + 1; iteration <= iterations; iteration++) {
        long start = System.nanoTime();
        halfStep(spark, byItem, userFactors, itemFactors);
        double loss =
            halfStep(spark, byUser, itemFactors, userFactors)
                + penalty(items, itemFactors, users.size());
        losses.add(loss);
        LOG.info(
            "alternation={} loss={} seconds={}",
            iteration,
            loss,
            String.format("%.2f", (System.nanoTime() - start) / 1e9));
        if (iteration < iterations && System.nanoTime() - kept >= betweenCheckpoints(spark)) {
          checkpoints.save(
              Map.of(
                  FactorModel.USER_FACTORS,
                  userFactors.table(spark, users.ids(), users.column()),
                  Losses.TABLE,
                  Losses.table(spark, losses)));
          kept = System.nanoTime();
        }
      }
      return new Factors(users, userFactors, items, itemFactors, losses);
    } finally {
      byUser.blocks().unpersist();
      byItem.blocks().unpersist();
    }
  }

  private static long betweenCheckpoints(SparkSession spark) {
    return TimeUnit.SECONDS.toNanos(
        Long.parseLong(spark.conf().get(SECONDS_BETWEEN_CHECKPOINTS, DEFAULT_SECONDS)));
  }

  /** A side and its ratings by row. */
  private record Rows(Side side, JavaRDD<RatingBlock> blocks, boolean inParts) {}

  private Rows rows(Dataset<Row> ratings, Side rows, Side columns) {
    int cores = ratings.sparkSession().sparkContext().defaultParallelism();
    long bySize = Math.max(BLOCKS_PER_CORE * (long) cores, rows.ratings() / RATINGS_PER_BLOCK);
    int count = blocks > 0 ? blocks : Math.toIntExact(bySize);
    Map<Integer, Integer> parts = rows.parts(longestRow);
    return new Rows(
        rows,
        RatingBlock.of(ratings, rows.column(), parts, columns, count)
            .persist(StorageLevel.MEMORY_AND_DISK()),
        !parts.isEmpty());
  }

  private double halfStep(SparkSession spark, Rows rows, FactorMatrix factors, FactorMatrix into) {
    Broadcast<FixedSide> fixed = Broadcasts.of(spark, FixedSide.of(factors, objective));
    try {
      return HalfStep.gather(
          HalfStep.of(rows.blocks(), rows.inParts(), objective, fixed), rows.side(), into);
    } finally {
      fixed.destroy();
    }
  }

  /** Σ λ_row·|row|². */
  private double penalty(Side side, FactorMatrix factors, long columns) {
    double penalty = 0;
    for (int place = 0; place < side.size(); place++) {
      penalty += objective.penalty(side.counts()[place], columns) * factors.square(place);
    }
    return penalty;
  }

  /**
   * Refuses what does not fit.
   *
   * @param heapBytes the most that the driver may take
   */
  void checkFits(long users, long items, long heapBytes) {
    double needed = (users + items) * (double) rank * Float.BYTES;
    double usable = HEAP_SHARE * heapBytes;
    Require.that(
        needed <= usable && Math.max(users, items) * rank <= Integer.MAX_VALUE - 8,
        "Cannot fit ials: %d factors of %,d users and %,d items take %,.0f MiB, but may take %,.0f"
            + " MiB (%.0f %% of the driver's memory), and at most 8 GiB a side. Give the driver"
            + " more (NIGHTJAR_MEMORY, or --driver-memory of spark-submit), lower rank, or use als"
            + " instead.",
        rank,
        users,
        items,
        needed / MEBIBYTE,
        usable / MEBIBYTE,
        100 * HEAP_SHARE);
  }
}
