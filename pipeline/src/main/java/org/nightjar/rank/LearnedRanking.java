package org.nightjar.rank;

import java.util.Comparator;
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
 * @param trees learned by {@link LambdaMart}
 * @param candidates how many of the blend's best the trees see
 * @param segments activity segments that get the trees' order
 */
public record LearnedRanking(
    Scoring blend, RankFeatures features, TreeEnsemble trees, int candidates, Set<String> segments)
    implements Scoring {

  @Override
  public double[] scores(Row user, CandidateSet set) {
    double[] blended = blend.scores(user, set);
    if (!segments.contains(user.<String>getAs(Ranker.ACTIVITY))) {
      return blended;
    }
    int[] best = best(blended, candidates);
    float[] rows = features.of(user, set, blended, best);
    double[] scores = new double[blended.length];
    for (int row = 0; row < best.length; row++) {
      float sum = trees.score(rows, row * features.names().size());
      scores[best[row]] = Ranker.rounded(1 / (1 + StrictMath.exp(-sum)));
    }
    return scores;
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
