package org.nightjar.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.SparkScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alternating least squares: items for random users, users for these items, and so on. Ratings lie
 * in the executors' memory by user and by item ({@link RatingBlock}); a side's factors on the
 * driver or, if they are too many for it, in slices ({@link SideFactors}). Ends with the users, so
 * every user's factors are the best for the items'.
 *
 * <p>The result depends on the ratings, the objective and the seed alone; and, in the last bits, on
 * whether sides are sliced and into how many slices, hence on the heap.
 */
final class Alternation {
  private static final Logger LOG = LoggerFactory.getLogger(Alternation.class);

  /** Ratings of a row beyond which it is worth more than one task. */
  static final int LONGEST_ROW = 1 << 16;

  private static final long RATINGS_PER_BLOCK = 2_000_000;

  /** For cores that are done early, where there is enough to do. */
  private static final int BLOCKS_PER_CORE = 2;

  private static final long WORTH_A_BLOCK = 250_000;

  /**
   * Spark setting: seconds of training after which the users' factors are kept, from which the
   * items' follow; 0: after each alternation.
   */
  static final String SECONDS_BETWEEN_CHECKPOINTS = "spark.nightjar.secondsBetweenCheckpoints";

  private static final String DEFAULT_SECONDS = "60";

  /**
   * The part of the driver's heap that factors may take, as they are there up to four times:
   * packed, gathered, broadcast and saved.
   */
  private static final double HEAP_SHARE = 0.2;

  /** Rows of a slice: with 128 factors, 32 MiB. */
  private static final int SLICE_ROWS = 1 << 16;

  /** Bytes of factors that a block of ratings may ask of slices, where tasks have the room. */
  private static final long BYTES_PER_BLOCK = 1L << 28;

  /** The part of a task's heap that these may take. */
  private static final int TASK_HEAP_PART = 8;

  /**
   * Blocks up to which Spark's shuffle keeps a stream open for each, with all that was written to
   * it; beyond, it sorts and spills.
   */
  private static final int UNSORTED = 200;

  private final Objective objective;
  private final int rank;
  private final Layout layout;

  /** With a layout chosen by size. */
  Alternation(Objective objective, int rank) {
    this(
        objective,
        rank,
        new Layout(
            0, LONGEST_ROW, (long) (HEAP_SHARE * Runtime.getRuntime().maxMemory()), SLICE_ROWS));
  }

  /** As given. */
  Alternation(Objective objective, int rank, Layout layout) {
    this.objective = objective;
    this.rank = rank;
    this.layout = layout;
  }

  /**
   * What lies where.
   *
   * @param blocks of ratings per side; 0: chosen by size
   * @param longestRow most ratings of a row that are summed up in one task
   * @param driverBytes that factors may take on the driver; the smaller side comes first
   * @param sliceRows most rows of a slice, of a side that does not fit there
   */
  record Layout(int blocks, int longestRow, long driverBytes, int sliceRows) {}

  /**
   * What came of it.
   *
   * @param users factors, see {@link SideFactors#table}
   * @param items likewise
   * @param ratings see {@link RatingTable}
   * @param losses the objective after each alternation
   */
  record Factors(
      Dataset<Row> users, Dataset<Row> items, Dataset<Row> ratings, List<Double> losses) {}

  /**
   * Alternates.
   *
   * @param ratings see {@link Preferences#of}; read once
   * @param checkpoints of the same ratings, objective and seed
   */
  Factors of(Dataset<Row> ratings, int iterations, long seed, Checkpoints checkpoints) {
    SparkSession spark = ratings.sparkSession();
    PackedRatings packed = PackedRatings.of(ratings);
    PackedRatings.Sides sides = packed.sides();
    Side users = sides.users();
    Side items = sides.items();
    SideFactors userFactors = factors(spark, users, items);
    SideFactors itemFactors = factors(spark, items, users);
    Rows byUser = rows(packed, users, items, itemFactors);
    Rows byItem = rows(packed, items, users, userFactors);
    try {
      List<Double> losses = new ArrayList<>();
      Optional<Map<String, Dataset<Row>>> before = checkpoints.last();
      before.ifPresentOrElse(
          tables -> {
            userFactors.load(tables.get(FactorModel.USER_FACTORS));
            losses.addAll(Losses.of(tables.get(Losses.TABLE)));
          },
          () -> userFactors.draw(seed));
      long kept = System.nanoTime();
      for (int iteration = losses.size() + 1; iteration <= iterations; iteration++) {
        long start = System.nanoTime();
        halfStep(byItem, userFactors, itemFactors);
        double loss =
            halfStep(byUser, itemFactors, userFactors)
                + itemFactors.penalty(objective, users.size());
        losses.add(loss);
        packed.release();
        LOG.info(
            "alternation={} loss={} seconds={}",
            iteration,
            loss,
            String.format("%.2f", (System.nanoTime() - start) / 1e9));
        if (iteration < iterations && System.nanoTime() - kept >= betweenCheckpoints(spark)) {
          checkpoints.save(
              Map.of(
                  FactorModel.USER_FACTORS,
                  userFactors.table(),
                  Losses.TABLE,
                  Losses.table(spark, losses)));
          kept = System.nanoTime();
        }
      }
      return new Factors(
          userFactors.table(),
          itemFactors.table(),
          RatingTable.of(spark, byUser.dealt(), byUser.inParts()),
          losses);
    } finally {
      packed.release();
      SparkScope.release(byUser.blocks());
      SparkScope.release(byItem.blocks());
    }
  }

  private SideFactors factors(SparkSession spark, Side side, Side other) {
    return fits(side.size(), other.size())
        ? new PackedFactors(spark, side, rank)
        : new SlicedFactors(spark, side, rank, sliceRows(spark.sparkContext(), side));
  }

  /**
   * Fewer than the layout has where the blocks would ask a slice for more than a task has room for.
   */
  private int sliceRows(SparkContext context, Side side) {
    long slices = Math.min(UNSORTED, side.ratings() / ratingsPerBlock(context));
    return Math.toIntExact(
        Math.max(1, Math.min(layout.sliceRows(), side.size() / Math.max(1, slices))));
  }

  /** Whether a side has room on the driver, beside the other one if that is smaller. */
  boolean fits(long rows, long others) {
    long bytes = (rows + (others < rows ? others : 0)) * rank * Float.BYTES;
    return bytes <= layout.driverBytes() && rows * rank <= Integer.MAX_VALUE - 8;
  }

  private static long betweenCheckpoints(SparkSession spark) {
    return TimeUnit.SECONDS.toNanos(
        Long.parseLong(spark.conf().get(SECONDS_BETWEEN_CHECKPOINTS, DEFAULT_SECONDS)));
  }

  /**
   * Ratings by row.
   *
   * @param dealt as they were dealt out
   * @param blocks as they are solved, in memory
   */
  private record Rows(JavaRDD<RatingBlock> dealt, JavaRDD<RatingBlock> blocks, boolean inParts) {}

  private Rows rows(PackedRatings ratings, Side rows, Side columns, SideFactors columnFactors) {
    RowParts parts = rows.parts(layout.longestRow());
    Broadcast<Side.Places> places = Broadcasts.of(ratings.spark(), columns.places());
    JavaRDD<RatingBlock> dealt =
        ratings.by(rows.column(), parts, blocks(ratings.spark().sparkContext(), rows));
    JavaRDD<RatingBlock> blocks =
        SparkScope.persisted(
            columnFactors.askedBy(dealt.map(block -> block.placed(places.value()))));
    if (blocks.context().isLocal()) {
      // No executor to lose, and tasks that do not bring along how blocks were made start sooner.
      blocks.rdd().localCheckpoint();
    }
    return new Rows(dealt, blocks, !parts.isEmpty());
  }

  private int blocks(SparkContext context, Side rows) {
    if (layout.blocks() > 0) {
      return layout.blocks();
    }
    long cores = context.defaultParallelism();
    long worth = Math.min(rows.ratings() / WORTH_A_BLOCK, BLOCKS_PER_CORE * cores);
    return Math.toIntExact(
        Math.max(Math.max(cores, worth), rows.ratings() / ratingsPerBlock(context)));
  }

  /**
   * Most of them, each of which may ask for another row's factors. By a power of two of bytes: the
   * heap that the JVM tells moves a little while it runs, and fits are to be cut alike.
   */
  private long ratingsPerBlock(SparkContext context) {
    long bytes = TaskHeap.of(context).bytesPerTask() / TASK_HEAP_PART;
    long room = Math.min(BYTES_PER_BLOCK, Long.highestOneBit(bytes));
    return Math.min(RATINGS_PER_BLOCK, Math.max(1, room / (Float.BYTES * (long) rank)));
  }

  private double halfStep(Rows rows, SideFactors fixed, SideFactors into) {
    double loss = into.take(fixed.solve(rows.blocks(), rows.inParts(), objective));
    if (!into.haveLineage()) {
      fixed.forget();
    }
    return loss;
  }
}
