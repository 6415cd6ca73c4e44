package org.nightjar.generate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.nightjar.generate.Draws.Purpose;

/**
 * How many events each user has: log-normal, less for those who joined late, rounded so that they
 * add up to exactly the number asked for.
 *
 * <p>User u has ⌊E·W(u+1)⌋ − ⌊E·W(u)⌋ events, where W(u) is the share of the weights of all users
 * before u. Weights are added up in blocks of {@link #BLOCK} users, so the driver holds one number
 * per block and every sum has one order.
 */
final class Activity implements Serializable {
  /** Users per block. */
  static final int BLOCK = 1024;

  private final ShopSize size;

  /** Sum of the weights of all blocks before one; one longer than there are blocks. */
  private final double[] before;

  private Activity(ShopSize size, double[] before) {
    this.size = size;
    this.before = before;
  }

  static Activity of(SparkSession spark, ShopSize size) {
    int blocks = (size.users() + BLOCK - 1) / BLOCK;
    MapFunction<Long, Double> sum = block -> Arrays.stream(weights(size, block.intValue())).sum();
    List<Double> sums =
        spark
            .range(0, blocks, 1, Math.min(blocks, spark.sparkContext().defaultParallelism()))
            .map(sum, Encoders.DOUBLE())
            .collectAsList();
    double[] before = new double[blocks + 1];
    for (int block = 0; block < blocks; block++) {
      before[block + 1] = before[block] + sums.get(block);
    }
    return new Activity(size, before);
  }

  int blocks() {
    return before.length - 1;
  }

  /** Events of all users before a block. */
  long eventsBefore(int block) {
    return block == blocks() ? size.events() : rounded(before[block]);
  }

  private long rounded(double weight) {
    double all = before[before.length - 1];
    return all == 0 ? 0 : Math.min(size.events(), (long) (size.events() * (weight / all)));
  }

  /** Events of each user of a block. */
  long[] events(int block) {
    double[] weights = weights(size, block);
    long[] events = new long[weights.length];
    double sum = before[block];
    long given = eventsBefore(block);
    for (int user = 0; user < weights.length; user++) {
      sum += weights[user];
      boolean last = user == weights.length - 1;
      long until = last ? eventsBefore(block + 1) : Math.min(rounded(sum), eventsBefore(block + 1));
      events[user] = until - given;
      given = until;
    }
    return events;
  }

  private static double[] weights(ShopSize size, int block) {
    int from = block * BLOCK;
    return IntStream.range(from, Math.min(size.users(), from + BLOCK))
        .mapToDouble(user -> weight(size, user))
        .toArray();
  }

  private static double weight(ShopSize size, int user) {
    double there = size.days() - Math.max(0, Shopper.of(size, user).joinDay());
    double activity = new Draws(size.seed(), Purpose.ACTIVITY, user).normal();
    return StrictMath.exp(size.spread() * activity) * there / size.days();
  }

  /**
   * Cuts the blocks into so many parts of about as many events.
   *
   * @return where each part begins, and the end of the last; parts may be empty
   */
  int[] parts(int count) {
    int[] starts = new int[count + 1];
    int block = 0;
    for (int part = 1; part < count; part++) {
      long until = (long) (size.events() * ((double) part / count));
      while (block < blocks() && eventsBefore(block) < until) {
        block++;
      }
      starts[part] = block;
    }
    starts[count] = blocks();
    return starts;
  }
}
