package org.nightjar.evaluate;

import java.io.Serializable;
import java.util.Arrays;
import org.nightjar.config.EvaluationSettings;

/**
 * The Poisson bootstrap over users: in each replicate every user counts as often as a Poisson(1)
 * number drawn from a hash of (seed, user, replicate), so that replicates need no second pass, no
 * shuffle and no order (Chamandy et al. 2012, "Estimating uncertainty for massive data streams").
 * Replicate 0 is the data itself, where everyone counts once. All figures are added up as
 * fixed-point whole numbers, so that sums do not depend on the order of users.
 *
 * @param replicates number of resamples; 0 gives no intervals
 * @param confidence level of the percentile interval, between 0 and 1
 * @param seed of the draws
 * @param folds in how many folds a user may occur, as {@code user · folds + fold}: what a user has
 *     in several is no independent evidence, so it is drawn together
 */
public record Bootstrap(int replicates, double confidence, long seed, int folds)
    implements Serializable {
  /** Fixed-point steps per unit: 2^36 keeps 7e-12 per user and 2^27 users of value 1 per long. */
  private static final double STEPS = 1L << 36;

  /** Published figures are rounded to this many steps per unit. */
  private static final double DIGITS = 1e9;

  /** P(X ≤ x) of Poisson(1), x from 0; beyond the last one lies less than 1e-12. */
  private static final double[] POISSON = poisson(14);

  /** As configured. */
  public static Bootstrap of(EvaluationSettings settings, long seed, int folds) {
    return new Bootstrap(settings.bootstrapReplicates(), settings.confidence(), seed, folds);
  }

  /** A figure with its interval; the ends are null without replicates. */
  record Estimate(double value, Double low, Double high) {}

  /** Number of weights per user: the data itself and the replicates. */
  int columns() {
    return replicates + 1;
  }

  /** Writes how often the user of a fold counts in the data itself and in each replicate. */
  void weigh(int user, int[] weights) {
    weights[0] = 1;
    long state = mix(seed ^ mix(user / folds + 0x5851F42D4C957F2DL));
    for (int r = 1; r <= replicates; r++) {
      double uniform = (mix(state + r * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
      int count = 0;
      while (count < POISSON.length && uniform >= POISSON[count]) {
        count++;
      }
      weights[r] = count;
    }
  }

  /** A per-user figure as fixed point. */
  static long fixed(double value) {
    return Math.round(value * STEPS);
  }

  /**
   * The mean and its percentile interval.
   *
   * @param sums weighted sums of fixed-point figures, one per column from {@code from}
   * @param weights sums of weights, one per column; the first is the number of users, at least 1
   */
  Estimate mean(long[] sums, int from, long[] weights) {
    double value = round(sums[from] / STEPS / weights[0]);
    double[] means = new double[replicates];
    int drawn = 0;
    for (int r = 1; r <= replicates; r++) {
      if (weights[r] > 0) {
        means[drawn++] = sums[from + r] / STEPS / weights[r];
      }
    }
    if (drawn == 0) {
      return new Estimate(value, null, null);
    }
    double[] ordered = Arrays.copyOf(means, drawn);
    Arrays.sort(ordered);
    double tail = (1 - confidence) / 2;
    return new Estimate(value, round(quantile(ordered, tail)), round(quantile(ordered, 1 - tail)));
  }

  /** The quantile of ascending values, interpolated linearly between ranks. */
  private static double quantile(double[] ordered, double share) {
    double place = share * (ordered.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, ordered.length - 1);
    return ordered[below] + (place - below) * (ordered[above] - ordered[below]);
  }

  static double round(double value) {
    return Math.rint(value * DIGITS) / DIGITS;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static double[] poisson(int length) {
    double[] cumulative = new double[length];
    double term = Math.exp(-1);
    double sum = 0;
    for (int x = 0; x < length; x++) {
      sum += term;
      cumulative[x] = sum;
      term /= x + 1;
    }
    return cumulative;
  }
}
