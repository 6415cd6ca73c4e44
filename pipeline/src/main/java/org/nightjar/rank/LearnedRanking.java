package org.nightjar.rank;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * Orders the blend's best candidates by boosted trees, for some activity segments; the users of the
 * others keep the blend. The published score is 1 / (1 + e^−s) with s the sum of the trees; what
 * the trees do not see has 0.
 *
 * @param blend orders the candidates before the trees, and names the sources
 * @param features of candidates
 * @param trees one ensemble per objective and share of features, learned by {@link LambdaMart};
 *     they find their features by name
 * @param candidates how many of the blend's best the trees see
 * @param segments activity segments that get the trees' order
 */
public record LearnedRanking(
    Scoring blend,
    RankFeatures features,
    List<TreeEnsemble> trees,
    int candidates,
    Set<String> segments)
    implements Scoring {

  /**
   * Finds each feature of the trees.
   *
   * @throws org.nightjar.InputException if the trees ask for a feature that there is not
   */
  public LearnedRanking {
    List<String> names = features.names();
    trees = trees.stream().map(ensemble -> ensemble.over(names)).toList();
  }

  @Override
  public double[] scores(Row user, CandidateSet set) {
    double[] blended = blend.scores(user, set);
    if (!segments.contains(user.<String>getAs(Ranker.ACTIVITY))) {
      return blended;
    }
    int[] best = best(blended, candidates);
    float[] rows = features.of(user, set, blended, best);
    double[] sums = new double[best.length];
    for (TreeEnsemble ensemble : trees) {
      double[] own = new double[best.length];
      for (int row = 0; row < best.length; row++) {
        own[row] = ensemble.score(rows, row * features.names().size());
      }
      addStandardised(own, sums);
    }
    double[] scores = new double[blended.length];
    for (int row = 0; row < best.length; row++) {
      scores[best[row]] = Ranker.rounded(1 / (1 + StrictMath.exp(-sums[row] / trees.size())));
    }
    return scores;
  }

  /** Adds (s − mean) / standard deviation; nothing where all are alike. */
  private static void addStandardised(double[] scores, double[] sums) {
    double mean = Arrays.stream(scores).sum() / scores.length;
    double squares = 0;
    for (double score : scores) {
      squares += (score - mean) * (score - mean);
    }
    double deviation = Math.sqrt(squares / scores.length);
    for (int at = 0; at < scores.length && deviation > 0; at++) {
      sums[at] += (scores[at] - mean) / deviation;
    }
  }

  /** Places of the highest blended scores above 0, highest first, ties by place. */
  static int[] best(double[] blended, int candidates) {
    return IntStream.range(0, blended.length)
        .filter(at -> blended[at] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(at -> -blended[at]))
        .limit(candidates)
        .mapToInt(at -> at)
        .toArray();
  }

  @Override
  public double[] weights(Row user) {
    return blend.weights(user);
  }
}
