package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.rank.kernel.TopN;
import scala.Tuple2;

/**
 * What items have in common: G_ij = Σ over users of c_u · w_ui · w_uj, with c_u = (Σ_i
 * w_ui²)^(−normalisation).
 *
 * <p>Counted in stripes of rows, so that a task holds the sums of one stripe alone: each partition
 * adds up its users, the partial sums are added by row. Sums are of whole multiples of 2⁻²⁰, hence
 * exact and the same whatever the partitions and the order of rows.
 */
final class GramMatrix {
  /** Entries of the triangle that a task sums up at a time. */
  private static final long STRIPE_CELLS = 8_000_000;

  /** Sums are whole multiples of this. */
  static final double UNIT = 1.0 / (1 << 20);

  private GramMatrix() {}

  /** Bytes on the driver while a matrix of this size is gathered, the matrix aside. */
  static long workBytes(int size) {
    return 2 * Math.min(STRIPE_CELLS, cells(size)) * Long.BYTES;
  }

  /** Entries of the lower triangle. */
  static long cells(int size) {
    return (long) size * (size + 1) / 2;
  }

  /**
   * The lower triangle: row r holds columns 0 to r.
   *
   * @param histories see {@link Histories#of}; read once per stripe
   * @param places the row of an item by its index; −1: the item does not count
   * @param size number of rows
   * @param normalisation 0: users count by all they have, 1: everybody alike
   */
  static double[][] of(Dataset<Row> histories, int[] places, int size, double normalisation) {
    Broadcast<int[]> broadcast = Broadcasts.of(histories.sparkSession(), places);
    try {
      JavaRDD<Row> users = histories.javaRDD();
      int partitions = Math.min(users.getNumPartitions(), users.context().defaultParallelism());
      JavaRDD<Row> fewerPartitions = users.coalesce(Math.max(1, partitions));
      double[][] triangle = new double[size][];
      for (int from = 0; from < size; ) {
        int to = stripeEnd(from, size);
        int first = from;
        JavaPairRDD<Integer, long[]> partial =
            fewerPartitions.mapPartitionsToPair(
                rows -> new Stripe(first, to).sums(rows, broadcast.value(), normalisation));
        for (Tuple2<Integer, long[]> row : partial.reduceByKey(GramMatrix::sum).collect()) {
          triangle[row._1] = Arrays.stream(row._2).mapToDouble(sum -> sum * UNIT).toArray();
        }
        from = to;
      }
      for (int row = 0; row < size; row++) {
        if (triangle[row] == null) {
          triangle[row] = new double[row + 1];
        }
      }
      return triangle;
    } finally {
      SparkScope.release(broadcast);
    }
  }

  private static int stripeEnd(int from, int size) {
    int to = from;
    for (long cells = 0; to < size && (to == from || cells + to + 1 <= STRIPE_CELLS); to++) {
      cells += to + 1;
    }
    return to;
  }

  private static long[] sum(long[] one, long[] other) {
    for (int at = 0; at < one.length; at++) {
      one[at] += other[at];
    }
    return one;
  }

  /** One partition's sums of the rows from ≤ r < to. */
  private record Stripe(int from, int to) implements Serializable {

    Iterator<Tuple2<Integer, long[]>> sums(
        Iterator<Row> users, int[] places, double normalisation) {
      long[][] sums = new long[to - from][];
      while (users.hasNext()) {
        Row user = users.next();
        add(sums, Entries.of(user, places), normalisation);
      }
      return IntStream.range(0, sums.length)
          .filter(row -> sums[row] != null)
          .mapToObj(row -> new Tuple2<>(from + row, sums[row]))
          .iterator();
    }

    private void add(long[][] sums, Entries entries, double normalisation) {
      int[] places = entries.places();
      double[] weights = entries.weights();
      double square = 0;
      for (double weight : weights) {
        square += weight * weight;
      }
      double scale = Math.pow(square, -normalisation) / UNIT;
      for (int one = 0; one < places.length; one++) {
        int row = places[one];
        if (row >= from && row < to) {
          if (sums[row - from] == null) {
            sums[row - from] = new long[row + 1];
          }
          long[] sum = sums[row - from];
          double factor = weights[one] * scale;
          for (int other = 0; other <= one; other++) {
            sum[places[other]] += (long) (factor * weights[other] + 0.5);
          }
        }
      }
    }
  }

  /** A user's rows, ascending, and their weights. */
  private record Entries(int[] places, double[] weights) {
    static Entries of(Row user, int[] placeByItem) {
      int[] items = TopN.ints(user, Histories.ITEMS);
      float[] weights = TopN.floats(user, Histories.WEIGHTS);
      int[] order =
          IntStream.range(0, items.length)
              .filter(at -> placeByItem[items[at]] >= 0)
              .boxed()
              .sorted((one, other) -> Integer.compare(items[one], items[other]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new Entries(
          Arrays.stream(order).map(at -> placeByItem[items[at]]).toArray(),
          Arrays.stream(order).mapToDouble(at -> weights[at]).toArray());
    }
  }
}
