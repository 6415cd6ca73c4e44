package org.nightjar.models;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Neighbours;

/**
 * How much pairs of items occur together in groups (a user's history, a basket), and the neighbours
 * that follow from it.
 *
 * <p>A group is a row with {@link Heaviest#ITEMS}, {@link Heaviest#WEIGHTS} and {@link #DRAW}. The
 * work is bounded on both sides: groups are capped when they are made, and an item in more than
 * {@link #GROUPS_PER_ITEM} groups is counted in a share of them only. Whether a group counts an
 * item depends on one draw per group, so two items are counted together in just the share of the
 * one counted less; dividing by it makes the sums right on average.
 */
final class CoOccurrences {
  /** A number of the group, 0 to 1: items whose share is above it are counted. */
  static final String DRAW = "draw";

  /** The item of a pair that somebody has; the pair says what that adds to {@code item}. */
  static final String HAD = "had";

  /** Dense item indexes of the group that follows, array of int. */
  static final String NEXT_ITEMS = "next_items";

  /** Weights in the order of {@link #NEXT_ITEMS}, array of float. */
  static final String NEXT_WEIGHTS = "next_weights";

  /** Σ over groups of what the two items share, see {@link Sharing}. */
  static final String TOGETHER = "together";

  /** The item's total over all groups, see {@link #totals}. */
  static final String TOTAL = "total";

  /** {@link #HAD}'s total. */
  static final String HAD_TOTAL = "had_total";

  /** Groups of one item that are paired up. */
  static final int GROUPS_PER_ITEM = 100_000;

  private static final String ITEM = Neighbours.ITEM;
  private static final String GROUPS = "groups";
  private static final String ENTRY = "entry";
  private static final int HASH_BITS = 53;

  private CoOccurrences() {}

  /** What two items of a group share, by their weights in it. */
  enum Sharing {
    /** The product of the weights. */
    PRODUCT,
    /** The smaller weight. */
    LEAST,
    /** 1. */
    ONE;

    double of(double weight, double other) {
      return switch (this) {
        case PRODUCT -> weight * other;
        case LEAST -> Math.min(weight, other);
        case ONE -> 1;
      };
    }

    /** What an item shares with itself. */
    Column withItself(Column weight) {
      return switch (this) {
        case PRODUCT -> weight.multiply(weight);
        case LEAST -> weight;
        case ONE -> lit(1.0);
      };
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

  /**
   * {@code item}, {@link #TOTAL}: one row per item that occurs in a group.
   *
   * @param value what an item has in one group, from {@link Heaviest#WEIGHTS}, there a number
   */
  static Dataset<Row> totals(Dataset<Row> groups, Column value) {
    return groups
        .select(explode(arrays_zip(col(Heaviest.ITEMS), col(Heaviest.WEIGHTS))).as(ENTRY))
        .select(
            col(ENTRY).getField(Heaviest.ITEMS).as(ITEM),
            col(ENTRY).getField(Heaviest.WEIGHTS).cast("double").as(Heaviest.WEIGHTS))
        .groupBy(ITEM)
        .agg(PairSums.exactSum(value).as(TOTAL), count(lit(1)).as(GROUPS));
  }

  /**
   * {@link #HAD}, {@code item}, {@link #TOGETHER}: what two items share in groups, one row for
   * either order.
   *
   * @param groups see above
   * @param totals see {@link #totals}
   * @param sharing what two items share in a group
   * @param itemCount number of items
   * @param groupsPerItem see {@link #GROUPS_PER_ITEM}
   */
  static Dataset<Row> within(
      Dataset<Row> groups, Dataset<Row> totals, Sharing sharing, int itemCount, int groupsPerItem) {
    Broadcast<double[]> shares = shares(totals, itemCount, groupsPerItem);
    Dataset<Row> unordered =
        PairSums.over(groups, (group, sums) -> pairUp(group, sharing, shares.value(), sums));
    Column both =
        explode(
            array(
                struct(col(PairSums.FIRST).as(HAD), col(PairSums.SECOND).as(ITEM)),
                struct(col(PairSums.SECOND).as(HAD), col(PairSums.FIRST).as(ITEM))));
    return unordered
        .select(both.as(ENTRY), col(PairSums.SUM).as(TOGETHER))
        .select(
            col(ENTRY).getField(HAD).as(HAD), col(ENTRY).getField(ITEM).as(ITEM), col(TOGETHER));
  }

  /**
   * The same, but of an item in a group and another in the group that follows: one row per ordered
   * pair.
   *
   * @param steps groups with {@link #NEXT_ITEMS} and {@link #NEXT_WEIGHTS}
   */
  static Dataset<Row> between(
      Dataset<Row> steps, Dataset<Row> totals, Sharing sharing, int itemCount, int groupsPerItem) {
    Broadcast<double[]> shares = shares(totals, itemCount, groupsPerItem);
    return PairSums.over(steps, (step, sums) -> follow(step, sharing, shares.value(), sums))
        .select(
            col(PairSums.FIRST).as(HAD),
            col(PairSums.SECOND).as(ITEM),
            col(PairSums.SUM).as(TOGETHER));
  }

  /** The share of its groups in which each item is counted; 1 for most. */
  private static Broadcast<double[]> shares(Dataset<Row> totals, int itemCount, int groupsPerItem) {
    double[] shares = new double[itemCount];
    Arrays.fill(shares, 1);
    Dataset<Row> busy = totals.where(col(GROUPS).gt(groupsPerItem)).select(ITEM, GROUPS);
    for (Row row : busy.collectAsList()) {
      shares[row.getInt(0)] = (double) groupsPerItem / row.getLong(1);
    }
    return Broadcasts.of(totals.sparkSession(), shares);
  }

  private static void pairUp(Row group, Sharing sharing, double[] shares, PairSums sums) {
    Counted counted = Counted.of(group, Heaviest.ITEMS, Heaviest.WEIGHTS, shares);
    for (int at = 0; at < counted.count; at++) {
      int item = counted.items[at];
      for (int before = 0; before < at; before++) {
        int other = counted.items[before];
        sums.add(
            Math.min(item, other),
            Math.max(item, other),
            sharing.of(counted.weights[at], counted.weights[before])
                / Math.min(shares[item], shares[other]));
      }
    }
  }

  private static void follow(Row step, Sharing sharing, double[] shares, PairSums sums) {
    Counted earlier = Counted.of(step, Heaviest.ITEMS, Heaviest.WEIGHTS, shares);
    Counted later = Counted.of(step, NEXT_ITEMS, NEXT_WEIGHTS, shares);
    for (int at = 0; at < earlier.count; at++) {
      int item = earlier.items[at];
      for (int next = 0; next < later.count; next++) {
        int other = later.items[next];
        if (item != other) {
          sums.add(
              item,
              other,
              sharing.of(earlier.weights[at], later.weights[next])
                  / Math.min(shares[item], shares[other]));
        }
      }
    }
  }

  /** The items of a group that its draw lets count: the first {@code count} of the arrays. */
  private record Counted(int[] items, float[] weights, int count) {
    static Counted of(Row group, String itemColumn, String weightColumn, double[] shares) {
      int[] items = TopN.ints(group, itemColumn);
      float[] weights = TopN.floats(group, weightColumn);
      double draw = group.getAs(DRAW);
      int count = 0;
      for (int at = 0; at < items.length; at++) {
        if (draw < shares[items[at]]) {
          items[count] = items[at];
          weights[count++] = weights[at];
        }
      }
      return new Counted(items, weights, count);
    }
  }

  /**
   * The neighbours of each item: those of the items that share something with it which add most.
   *
   * @param pairs see {@link #within} and {@link #between}
   * @param totals see {@link #totals}
   * @param similarity what having {@link #HAD} adds to the item, from {@link #TOGETHER}, {@link
   *     #HAD_TOTAL} and the item's {@link #TOTAL} (null without one); pairs where it is null or not
   *     above 0 are left out
   * @param perItem most neighbours per item
   * @return {@link Neighbours#TABLE}
   */
  static Dataset<Row> nearest(
      Dataset<Row> pairs, Dataset<Row> totals, Column similarity, int perItem) {
    Dataset<Row> ofItem = broadcast(totals.select(ITEM, TOTAL));
    Dataset<Row> ofHad = broadcast(totals.select(col(ITEM).as(HAD), col(TOTAL).as(HAD_TOTAL)));
    Column value = col(Neighbours.SIMILARITIES);
    Dataset<Row> similar =
        pairs
            .join(ofHad, HAD)
            .join(ofItem, new String[] {ITEM}, "left")
            .select(col(ITEM), col(HAD), similarity.cast("float").as(Neighbours.SIMILARITIES))
            .where(value.gt(0).and(value.lt(Float.POSITIVE_INFINITY)));
    return Heaviest.perKey(similar, List.of(ITEM), HAD, value, perItem)
        .select(
            col(ITEM),
            col(Heaviest.ITEMS).as(Neighbours.NEIGHBOURS),
            col(Heaviest.WEIGHTS).as(Neighbours.SIMILARITIES));
  }
}
