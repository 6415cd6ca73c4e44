package org.nightjar.models;

import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.table.Neighbours;

/**
 * How much pairs of items occur together in groups (a user's history, a basket), and the neighbours
 * that follow from it.
 *
 * <p>A group is a row with {@link Heaviest#ITEMS}, {@link Heaviest#WEIGHTS} and {@link #DRAW}; with
 * {@link #NEXT_ITEMS} and {@link #NEXT_WEIGHTS}, the pairs are of an item in the group and one in
 * the group that follows. The work is bounded on both sides: groups are capped when they are made,
 * and an item in more than {@link #GROUPS_PER_ITEM} groups is counted in a share of them only.
 * Whether a group counts an item depends on one draw per group, so two items are counted together
 * in just the share of the one counted less; dividing by it makes the sums right on average.
 *
 * <p>Items are dealt out in stripes. A group goes once to every stripe that has one of its items,
 * and there each item's row of sums is added up in one array, a sparse matrix product row by row
 * (Gustavson 1978), and cut to its nearest neighbours at once. So no pair is ever shuffled or
 * written.
 */
final class CoOccurrences {
  /** A number of the group, 0 to 1: items whose share is above it are counted. */
  static final String DRAW = "draw";

  /** Dense item indexes of the group that follows, array of int. */
  static final String NEXT_ITEMS = "next_items";

  /** Weights in the order of {@link #NEXT_ITEMS}, array of float. */
  static final String NEXT_WEIGHTS = "next_weights";

  /** Groups of one item that are paired up. */
  static final int GROUPS_PER_ITEM = 100_000;

  /**
   * What is added up is first rounded to a multiple of one over this. Sums up to 2 million are then
   * exact, so neither the order of rows nor the number of partitions shows in them.
   */
  static final double UNITS = 0x1p32;

  private static final String ITEM = Neighbours.ITEM;
  private static final String TOTAL = "total";
  private static final String GROUPS = "groups";
  private static final String ENTRY = "entry";
  private static final int HASH_BITS = 53;
  private static final int STRIPES_PER_TASK = 2;

  /** The part of a task's heap that a stripe's groups may take. */
  private static final double HEAP_SHARE = 0.25;

  private static final int BYTES_PER_ENTRY = Integer.BYTES + Float.BYTES;

  private CoOccurrences() {}

  /** What two items of a group share, by their weights in it. */
  enum Sharing {
    /** The product of the weights. */
    PRODUCT,
    /** The smaller weight. */
    LEAST,
    /** 1. */
    ONE;

    /** What an item shares with itself. */
    Column withItself(Column weight) {
      return switch (this) {
        case PRODUCT -> weight.multiply(weight);
        case LEAST -> weight;
        case ONE -> lit(1.0);
      };
    }
  }

  /** What having an item adds to another; not above 0, infinite or NaN: nothing. */
  @FunctionalInterface
  interface Similarity extends Serializable {
    /**
     * The similarity.
     *
     * @param together Σ over groups of what the two items share, see {@link Sharing}
     * @param hadTotal the total of the item that is had
     * @param total the total of the other; 0 without one
     */
    double of(double together, double hadTotal, double total);
  }

  /**
   * Of each item, by index.
   *
   * @param had its total as the one that is had
   * @param item its total as the other
   * @param shares the share of its groups in which it is counted; 1 for most
   */
  record Totals(double[] had, double[] item, double[] shares) implements Serializable {

    /**
     * Counted over groups, onto the driver.
     *
     * @param value what an item has in one group, from {@link Heaviest#WEIGHTS}, there a number
     * @param groupsPerItem see {@link #GROUPS_PER_ITEM}
     */
    static Totals of(Dataset<Row> groups, Column value, int itemCount, int groupsPerItem) {
      double[] total = new double[itemCount];
      double[] shares = new double[itemCount];
      Arrays.fill(shares, 1);
      for (Row row : totals(groups, value).collectAsList()) {
        int item = row.getInt(0);
        total[item] = row.getDouble(1);
        shares[item] = Math.min(1, (double) groupsPerItem / row.getLong(2));
      }
      return new Totals(total, total, shares);
    }

    /** With functions of the totals in their places. */
    Totals map(DoubleUnaryOperator ofHad, DoubleUnaryOperator ofItem) {
      return new Totals(
          Arrays.stream(had).map(ofHad).toArray(),
          Arrays.stream(item).map(ofItem).toArray(),
          shares);
    }
  }

  /** A group's {@link #DRAW} from whatever names the group. */
  static Column draw(long seed, Column... key) {
    Column[] hashed = new Column[key.length + 1];
    hashed[0] = lit(seed);
    System.arraycopy(key, 0, hashed, 1, key.length);
    return shiftrightunsigned(xxhash64(hashed), Long.SIZE - HASH_BITS)
        .multiply(lit(Math.scalb(1.0, -HASH_BITS)));
  }

  /** The sum of a column in an aggregation, see {@link #UNITS}. */
  static Column exactSum(Column value) {
    return sum(rint(value.multiply(lit(UNITS)))).divide(lit(UNITS));
  }

  /** Of each item that occurs in a group its index, its total and the number of its groups. */
  private static Dataset<Row> totals(Dataset<Row> groups, Column value) {
    return groups
        .select(explode(arrays_zip(col(Heaviest.ITEMS), col(Heaviest.WEIGHTS))).as(ENTRY))
        .select(
            col(ENTRY).getField(Heaviest.ITEMS).as(ITEM),
            col(ENTRY).getField(Heaviest.WEIGHTS).cast("double").as(Heaviest.WEIGHTS))
        .groupBy(ITEM)
        .agg(exactSum(value).as(TOTAL), count(lit(1)).as(GROUPS));
  }

  /**
   * The neighbours of each item: those of the items that share something with it which add most.
   *
   * @param groups see above; read twice
   * @param sharing what two items share in a group
   * @param similarity of their sums over the groups
   * @param perItem most neighbours per item
   * @return {@link Neighbours#TABLE}
   */
  static Dataset<Row> nearest(
      Dataset<Row> groups, Totals totals, Sharing sharing, Similarity similarity, int perItem) {
    SparkSession spark = groups.sparkSession();
    int stripes = stripes(groups, TaskHeap.of(spark.sparkContext()), totals.shares().length);
    Broadcast<Totals> known = Broadcasts.of(spark, totals);
    JavaRDD<Row> rows =
        groups
            .javaRDD()
            .mapPartitionsToPair(group -> new DealtGroups(group, known.value().shares(), stripes))
            .partitionBy(new HashPartitioner(stripes))
            .values()
            .mapPartitions(
                dealt ->
                    new CoOccurrenceRows(dealt, known.value(), sharing, similarity, perItem)
                        .iterator());
    return spark.createDataFrame(rows, Neighbours.TABLE.schema());
  }

  private static int stripes(Dataset<Row> groups, TaskHeap heap, int itemCount) {
    List<Row> had =
        groups
            .groupBy(size(col(DealtGroups.rowItems(groups.schema()))))
            .agg(sum(size(col(Heaviest.ITEMS)).cast("long")))
            .collectAsList();
    double most = HEAP_SHARE * heap.bytesPerTask() / BYTES_PER_ENTRY;
    int stripes =
        STRIPES_PER_TASK * Math.max(1, groups.sparkSession().sparkContext().defaultParallelism());
    while (stripes < itemCount && held(had, stripes) > most) {
      stripes *= 2;
    }
    return stripes;
  }

  /**
   * Expected entries of the groups that have an item in one of so many stripes.
   *
   * @param had entries of the groups by the number of items that ask for them
   */
  private static double held(List<Row> had, int stripes) {
    return had.stream()
        .mapToDouble(row -> row.getLong(1) * (1 - Math.pow(1 - 1.0 / stripes, row.getInt(0))))
        .sum();
  }
}
