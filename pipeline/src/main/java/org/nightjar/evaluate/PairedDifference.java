package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.nightjar.table.UserMetrics;

/**
 * The mean over users of (one list's figure − another's), with a bootstrap interval over the same
 * users: whether a model, or a night, is better than another by more than chance.
 *
 * @param value mean difference; above 0 the first is better
 * @param low lower end of the percentile interval; null without replicates or users
 * @param high upper end
 * @param users number of users that both have figures for, each counted once per fold
 */
public record PairedDifference(double value, Double low, Double high, long users) {
  /** With fewer users than these an interval is not to be trusted. */
  public static final int MIN_USERS = 50;

  /** A user's figure of the one, double. */
  public static final String FIRST = "first_value";

  /** A user's figure of the other, double. */
  public static final String SECOND = "second_value";

  /** Whether there are users enough to decide anything by it. */
  public boolean isTrustworthy() {
    return users >= MIN_USERS;
  }

  /** Whether the whole interval is above 0. */
  public boolean better() {
    return low != null && low > 0;
  }

  /** Whether the whole interval is below 0. */
  public boolean worse() {
    return high != null && high < 0;
  }

  /**
   * Compares two sets of figures on the users that are in both.
   *
   * @param first {@code user} int, {@code value} double, one row per user and fold: {@link
   *     UserMetrics} of one model, metric and k
   * @param second likewise
   * @param bootstrap gives the interval; none without replicates
   * @return all zero and null if no user is in both
   */
  public static PairedDifference between(
      Dataset<Row> first, Dataset<Row> second, Bootstrap bootstrap) {
    return of(
        first
            .select(col(UserMetrics.USER), col(UserMetrics.VALUE).as(FIRST))
            .join(
                second.select(col(UserMetrics.USER), col(UserMetrics.VALUE).as(SECOND)),
                UserMetrics.USER),
        bootstrap);
  }

  /**
   * Compares figures that stand side by side.
   *
   * @param figures {@code user} int, {@link #FIRST}, {@link #SECOND}, one row per user and fold
   */
  public static PairedDifference of(Dataset<Row> figures, Bootstrap bootstrap) {
    Dataset<Row> pairs = figures.select(col(UserMetrics.USER), col(FIRST), col(SECOND));
    long[] sums = new long[bootstrap.columns()];
    long[] weights = new long[bootstrap.columns()];
    List<byte[]> parts =
        pairs.mapPartitions(new DifferenceSums(bootstrap), Encoders.BINARY()).collectAsList();
    for (byte[] part : parts) {
      long[] both = Words.of(part);
      for (int r = 0; r < bootstrap.columns(); r++) {
        sums[r] += both[r];
        weights[r] += both[bootstrap.columns() + r];
      }
    }
    if (weights[0] == 0) {
      return new PairedDifference(0, null, null, 0);
    }
    Bootstrap.Estimate estimate = bootstrap.mean(sums, 0, weights);
    return new PairedDifference(estimate.value(), estimate.low(), estimate.high(), weights[0]);
  }

  /** Weighted sums of differences, then of weights, one array per partition. */
  private record DifferenceSums(Bootstrap bootstrap) implements MapPartitionsFunction<Row, byte[]> {
    @Override
    public Iterator<byte[]> call(Iterator<Row> pairs) {
      int columns = bootstrap.columns();
      long[] both = new long[2 * columns];
      int[] weights = new int[columns];
      while (pairs.hasNext()) {
        Row pair = pairs.next();
        bootstrap.weigh(pair.getInt(0), weights);
        long difference = Bootstrap.fixed(pair.getDouble(1) - pair.getDouble(2));
        for (int r = 0; r < columns; r++) {
          both[r] += weights[r] * difference;
          both[columns + r] += weights[r];
        }
      }
      return List.of(Words.toBytes(both)).iterator();
    }
  }
}
