package org.nightjar.models;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Sums by pair of items over many small groups. Each task adds up in an open-addressing table of
 * primitives and hands its sums on whenever it holds a million of them, so that the shuffle carries
 * sums, not single pairs, in bounded memory.
 *
 * <p>What is added is first rounded to a multiple of 2<sup>−32</sup>. Sums up to 2 million are then
 * exact, so neither the order of rows nor the number of partitions shows in them.
 */
final class PairSums implements Iterator<Row> {
  /** First item of a pair, int. */
  static final String FIRST = "first";

  /** Second item of a pair, int. */
  static final String SECOND = "second";

  /** The pair's sum, double. */
  static final String SUM = "sum";

  private static final StructType SCHEMA =
      new StructType()
          .add(FIRST, DataTypes.IntegerType, false)
          .add(SECOND, DataTypes.IntegerType, false)
          .add(SUM, DataTypes.DoubleType, false);

  private static final double UNITS = 0x1p32;
  private static final int HANDED_ON_AT = 1_000_000;
  private static final int SMALLEST = 1 << 12;
  private static final long FREE = -1;

  private final Iterator<Row> groups;
  private final Pairing pairing;
  private long[] pairs = new long[SMALLEST];
  private double[] sums = new double[SMALLEST];
  private int size;
  private int next;

  private PairSums(Iterator<Row> groups, Pairing pairing) {
    this.groups = groups;
    this.pairing = pairing;
    Arrays.fill(pairs, FREE);
  }

  /** Adds what a group holds to the sums of its pairs. */
  @FunctionalInterface
  interface Pairing extends Serializable {
    void add(Row group, PairSums sums);
  }

  /** {@link #FIRST}, {@link #SECOND}, {@link #SUM}: one row per pair that any group has. */
  static Dataset<Row> over(Dataset<Row> groups, Pairing pairing) {
    MapPartitionsFunction<Row, Row> partialSums = rows -> new PairSums(rows, pairing);
    return groups
        .mapPartitions(partialSums, Encoders.row(SCHEMA))
        .groupBy(FIRST, SECOND)
        .agg(sum(SUM).divide(lit(UNITS)).as(SUM));
  }

  /** The sum of a column in an aggregation, exact in the same sense. */
  static Column exactSum(Column value) {
    return sum(rint(value.multiply(lit(UNITS)))).divide(lit(UNITS));
  }

  /** Adds to the pair's sum; order matters, (1, 2) is not (2, 1). */
  void add(int first, int second, double value) {
    long pair = (long) first << Integer.SIZE | second;
    int at = place(pair);
    if (pairs[at] == FREE) {
      pairs[at] = pair;
      size++;
    }
    sums[at] += Math.rint(value * UNITS);
    if (2 * size > pairs.length) {
      grow();
    }
  }

  private int place(long pair) {
    int mask = pairs.length - 1;
    int at = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (pairs[at] != pair && pairs[at] != FREE) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldPairs = pairs;
    double[] oldSums = sums;
    pairs = new long[2 * oldPairs.length];
    sums = new double[pairs.length];
    Arrays.fill(pairs, FREE);
    for (int old = 0; old < oldPairs.length; old++) {
      if (oldPairs[old] != FREE) {
        int at = place(oldPairs[old]);
        pairs[at] = oldPairs[old];
        sums[at] = oldSums[old];
      }
    }
  }

  @Override
  public boolean hasNext() {
    while (true) {
      while (next < pairs.length && pairs[next] == FREE) {
        next++;
      }
      if (size > 0 && next < pairs.length) {
        return true;
      }
      if (!groups.hasNext()) {
        return false;
      }
      fill();
    }
  }

  private void fill() {
    Arrays.fill(pairs, FREE);
    Arrays.fill(sums, 0);
    size = 0;
    next = 0;
    while (groups.hasNext() && size < HANDED_ON_AT) {
      pairing.add(groups.next(), this);
    }
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long pair = pairs[next];
    double sum = sums[next++];
    return RowFactory.create((int) (pair >>> Integer.SIZE), (int) pair, sum);
  }
}
