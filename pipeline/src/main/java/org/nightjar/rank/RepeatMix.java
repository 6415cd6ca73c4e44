package org.nightjar.rank;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.TopN;

/**
 * Which share of a list goes to items that the user bought before. Users fall into bands by the
 * share of their past purchases that were repeats; each band has the share of {0, 0.1, …, 1} with
 * the highest MAP over its held-out users. Bands of fewer than {@link #MIN_USERS} users have the
 * best share of all users together.
 *
 * @param shares one per band, falling into line with {@link #BOUNDS}
 */
public record RepeatMix(List<Double> shares) implements Serializable {
  /** Upper ends of the bands of a user's own share of repeats; the last band has none. */
  static final List<Double> BOUNDS = List.of(0.05, 0.15, 0.3, 0.5);

  /** Fewest held-out users that a band learns from. */
  static final int MIN_USERS = 50;

  private static final int STEPS = 10;

  /** Average precisions are summed as whole numbers: the same sum in whatever order. */
  private static final double UNIT = 1e9;

  private static final String BAND = "band";
  private static final String STEP = "step";
  private static final String VALUE = "value";
  private static final String USERS = "users";
  private static final StructType VALUES =
      new StructType()
          .add(BAND, DataTypes.IntegerType, false)
          .add(STEP, DataTypes.IntegerType, false)
          .add(VALUE, DataTypes.LongType, false);

  /** One share for everybody. */
  static RepeatMix even(double share) {
    return new RepeatMix(IntStream.rangeClosed(0, BOUNDS.size()).mapToObj(b -> share).toList());
  }

  /**
   * Places for repeats in a list.
   *
   * @param repeatShare {@link Rules#REPEAT_SHARE}; null for users without purchases
   */
  int places(Double repeatShare, int length) {
    return repeatShare == null ? 0 : (int) Math.rint(shares.get(band(repeatShare)) * length);
  }

  private static int band(double repeatShare) {
    int band = 0;
    while (band < BOUNDS.size() && repeatShare > BOUNDS.get(band)) {
      band++;
    }
    return band;
  }

  /**
   * Learns from held-out users.
   *
   * @param gathered {@link Ranker#gather}, with {@link BlendLearner#TRUTH} and {@link
   *     Rules#REPEAT_SHARE}
   * @param shape the lists' other properties
   * @param length items per list
   */
  public static RepeatMix learn(
      Dataset<Row> gathered, Ranker ranker, Scoring scoring, ListShape shape, int length) {
    Broadcast<Ranker> broadcast = Broadcasts.of(gathered.sparkSession(), ranker);
    Broadcast<Scoring> order = Broadcasts.of(gathered.sparkSession(), scoring);
    FlatMapFunction<Row, Row> values =
        user -> {
          Double own = user.getAs(Rules.REPEAT_SHARE);
          int[] truth = TopN.ints(user, BlendLearner.TRUTH);
          return own == null
              ? List.<Row>of().iterator()
              : IntStream.rangeClosed(0, STEPS)
                  .mapToObj(
                      step -> {
                        ListShape tried = shape.with(even((double) step / STEPS));
                        ListBuilder list =
                            broadcast.value().list(user, order.value(), tried, length);
                        double value =
                            BlendLearner.averagePrecision(list.hits(truth), length, truth.length);
                        return RowFactory.create(band(own), step, Math.round(value * UNIT));
                      })
                  .iterator();
        };
    long[][] sums = new long[BOUNDS.size() + 1][STEPS + 1];
    long[] users = new long[BOUNDS.size() + 1];
    gathered
        .flatMap(values, Encoders.row(VALUES))
        .groupBy(BAND, STEP)
        .agg(sum(col(VALUE)).as(VALUE), count(lit(1)).as(USERS))
        .collectAsList()
        .forEach(
            row -> {
              sums[row.getInt(0)][row.getInt(1)] = row.getLong(2);
              users[row.getInt(0)] = row.getLong(3);
            });
    long[] all = new long[STEPS + 1];
    Arrays.stream(sums).forEach(own -> Arrays.setAll(all, step -> all[step] + own[step]));
    return new RepeatMix(
        IntStream.range(0, sums.length)
            .mapToObj(band -> best(users[band] < MIN_USERS ? all : sums[band]))
            .toList());
  }

  /** Ties go to the smaller share. */
  private static double best(long[] sums) {
    int best = 0;
    for (int step = 1; step <= STEPS; step++) {
      if (sums[step] > sums[best]) {
        best = step;
      }
    }
    return (double) best / STEPS;
  }
}
