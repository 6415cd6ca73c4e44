package org.nightjar.rank;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.RankSettings;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Candidates;
import org.nightjar.table.Users;

/**
 * Learns blend weights: per activity segment, the weights that maximise the mean average precision
 * at the list length on held-out truth, by coordinate ascent over a geometric grid, from the best
 * single model and from equal weights.
 *
 * <p>Works on a hashed sample of at most {@link #MOST_OF_SEGMENT} lists per segment. Segments with
 * fewer than {@link #MIN_USERS} users take the weights of all users together. Source: Metzler and
 * Croft 2007, "Linear feature-based models for information retrieval" (direct maximisation of a
 * rank metric).
 */
public final class BlendLearner {
  /** Array column with the user's truth, ascending item indexes. */
  public static final String TRUTH = "truth";

  /** Most lists per segment. */
  static final int MOST_OF_SEGMENT = 3_000;

  /** Most lists that are learned from. */
  public static final long MOST_LISTS =
      (long) MOST_OF_SEGMENT * RankSettings.ACTIVITY_SEGMENTS.size();

  /** Fewest users per segment. */
  static final int MIN_USERS = 50;

  private static final double[] GRID = {
    0, 1.0 / 32, 1.0 / 16, 1.0 / 8, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16
  };
  private static final int MAX_SWEEPS = 4;

  /** Relative gain below which a change is taken for noise. */
  private static final double MIN_GAIN = 5e-4;

  private final List<String> models;
  private final RankSettings settings;

  /** A learner for the models of a configuration. */
  public BlendLearner(List<String> models, RankSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  /**
   * Learns from held-out users.
   *
   * @param gathered {@link Ranker#gather}, with {@link #TRUTH}
   * @param seed for the sample
   */
  public BlendWeights learn(Dataset<Row> gathered, long seed) {
    Map<String, List<Example>> bySegment = new LinkedHashMap<>();
    RankSettings.ACTIVITY_SEGMENTS.forEach(segment -> bySegment.put(segment, new ArrayList<>()));
    for (Row row : inOrder(sample(gathered, seed))) {
      bySegment.get(row.<String>getAs(Ranker.ACTIVITY)).add(example(row));
    }
    List<Example> everyone = bySegment.values().stream().flatMap(List::stream).toList();
    double[] start =
        BlendWeights.configured(settings.blend(), models)
            .of(RankSettings.ACTIVITY_SEGMENTS.get(0), models);
    double[] common = everyone.size() < MIN_USERS ? start : maximise(everyone, start);
    Map<String, Map<String, Double>> learned = new LinkedHashMap<>();
    bySegment.forEach(
        (segment, examples) -> {
          double[] weights = examples.size() < MIN_USERS ? common : maximise(examples, common);
          Map<String, Double> byModel = new LinkedHashMap<>();
          for (int model = 0; model < weights.length; model++) {
            byModel.put(models.get(model), weights[model]);
          }
          learned.put(segment, byModel);
        });
    return new BlendWeights(learned);
  }

  /** A user may be there once per window. */
  private static List<Row> inOrder(Dataset<Row> users) {
    return users.orderBy(Users.USER, TRUTH, Candidates.ITEMS).collectAsList();
  }

  private static Dataset<Row> sample(Dataset<Row> gathered, long seed) {
    Column share = lit(1.0);
    for (Row row : gathered.groupBy(Ranker.ACTIVITY).agg(count(lit(1))).collectAsList()) {
      share =
          when(
                  col(Ranker.ACTIVITY).equalTo(row.getString(0)),
                  lit((double) MOST_OF_SEGMENT / Math.max(MOST_OF_SEGMENT, row.getLong(1))))
              .otherwise(share);
    }
    long steps = 1_000_000;
    // By truth too, which draws a user's lists of several views apart: more users teach.
    Column draw =
        abs(xxhash64(col(Users.USER), col(TRUTH), lit(seed)).mod(lit(steps))).divide(lit(steps));
    return gathered.where(draw.lt(share));
  }

  private Example example(Row row) {
    CandidateSet set =
        CandidateSet.of(
            row, models.size(), settings.blend().normalisation(), settings.candidatesPerModel());
    int[] truth = TopN.ints(row, TRUTH);
    boolean[] relevant = new boolean[set.items().length];
    boolean any = false;
    for (int at = 0; at < relevant.length; at++) {
      relevant[at] = Arrays.binarySearch(truth, set.items()[at]) >= 0;
      any |= relevant[at];
    }
    // Where nothing is relevant no order of it makes a difference.
    return any
        ? new Example(set.scores(), relevant, truth.length)
        : new Example(new float[models.size()][0], new boolean[0], truth.length);
  }

  /** Coordinate ascent; ties keep the weights as they are. */
  double[] maximise(List<Example> examples, double[] start) {
    double[] best = ascend(examples, start.clone());
    double bestValue = value(examples, best);
    int strongest = 0;
    double strongestValue = -1;
    for (int model = 0; model < models.size(); model++) {
      double value = value(examples, single(model));
      if (value > strongestValue) {
        strongest = model;
        strongestValue = value;
      }
    }
    double[] other = ascend(examples, single(strongest));
    return value(examples, other) > bestValue ? other : best;
  }

  private double[] single(int model) {
    double[] weights = new double[models.size()];
    weights[model] = 1;
    return weights;
  }

  private double[] ascend(List<Example> examples, double[] weights) {
    double value = value(examples, weights);
    boolean improved = true;
    for (int sweep = 0; sweep < MAX_SWEEPS && improved; sweep++) {
      improved = false;
      for (int model = 0; model < weights.length; model++) {
        double[] along = valuesAlong(examples, weights, model);
        for (int at = 0; at < GRID.length; at++) {
          if (along[at] > value * (1 + MIN_GAIN)) {
            value = along[at];
            weights[model] = GRID[at];
            improved = true;
          }
        }
      }
    }
    return weights;
  }

  /** The value at each point of the grid of one model's weight, the other weights as they are. */
  private double[] valuesAlong(List<Example> examples, double[] weights, int model) {
    double[][] values =
        IntStream.range(0, examples.size())
            .parallel()
            .mapToObj(
                at -> examples.get(at).averagePrecisions(weights, model, settings.listLength()))
            .toArray(double[][]::new);
    double[] means = new double[GRID.length];
    for (double[] ofUser : values) {
      for (int at = 0; at < GRID.length; at++) {
        means[at] += ofUser[at] / values.length;
      }
    }
    return means;
  }

  private double value(List<Example> examples, double[] weights) {
    double[] values =
        IntStream.range(0, examples.size())
            .parallel()
            .mapToDouble(at -> examples.get(at).averagePrecision(weights, settings.listLength()))
            .toArray();
    return Arrays.stream(values).sum() / Math.max(1, values.length);
  }

  /**
   * AP@k = Σ_j h_j · P@j / min(k, |T|).
   *
   * @param hits of a list of at most k items
   */
  static double averagePrecision(boolean[] hits, int k, int truthSize) {
    int found = 0;
    double sum = 0;
    for (int place = 0; place < hits.length; place++) {
      if (hits[place]) {
        found++;
        sum += (double) found / (place + 1);
      }
    }
    return truthSize == 0 ? 0 : sum / Math.min(k, truthSize);
  }

  /**
   * One user: normalised scores by model and candidate, which candidates are relevant, and how many
   * relevant items there are in all.
   */
  record Example(float[][] scores, boolean[] relevant, int truthSize) {

    /**
     * {@link #averagePrecision(boolean[], int, int)} of the blended list; candidates of score 0 are
     * not listed.
     */
    double averagePrecision(double[] weights, int k) {
      return averagePrecisionOf(Ranker.blend(scores, weights, relevant.length), k);
    }

    /** AP@k at each point of the grid of one model's weight. */
    double[] averagePrecisions(double[] weights, int model, int k) {
      double[] others = weights.clone();
      others[model] = 0;
      double[] rest = Ranker.sum(scores, others, relevant.length);
      double[] blended = new double[rest.length];
      double[] values = new double[GRID.length];
      for (int point = 0; point < GRID.length; point++) {
        for (int at = 0; at < rest.length; at++) {
          blended[at] = Ranker.rounded(rest[at] + GRID[point] * scores[model][at]);
        }
        values[point] = averagePrecisionOf(blended, k);
      }
      return values;
    }

    private double averagePrecisionOf(double[] blended, int k) {
      double least = leastRelevant(blended);
      int[] top = new int[k];
      int size = 0;
      for (int at = 0; at < blended.length; at++) {
        double score = blended[at];
        if (score < least || (size == k && score <= blended[top[k - 1]])) {
          continue;
        }
        int place = size < k ? size++ : k - 1;
        while (place > 0 && blended[top[place - 1]] < score) {
          top[place] = top[place - 1];
          place--;
        }
        top[place] = at;
      }
      boolean[] hits = new boolean[size];
      for (int place = 0; place < size; place++) {
        hits[place] = relevant[top[place]];
      }
      return BlendLearner.averagePrecision(hits, k, truthSize);
    }

    /** The lowest score above 0 of a relevant candidate: what is below comes behind all hits. */
    private double leastRelevant(double[] blended) {
      double least = Double.POSITIVE_INFINITY;
      for (int at = 0; at < blended.length; at++) {
        if (relevant[at] && blended[at] > 0 && blended[at] < least) {
          least = blended[at];
        }
      }
      return least;
    }
  }
}
