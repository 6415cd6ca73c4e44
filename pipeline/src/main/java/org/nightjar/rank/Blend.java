package org.nightjar.rank;

import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * Orders candidates by Σ_m weight(m, segment) · normalised score_m.
 *
 * @param bySegment weights in the order of the models, by activity segment
 */
record Blend(Map<String, double[]> bySegment) implements Scoring {
  @Override
  public double[] scores(Row user, CandidateSet candidates) {
    return Ranker.blend(candidates.scores(), weights(user), candidates.items().length);
  }

  @Override
  public double[] weights(Row user) {
    return bySegment.get(user.<String>getAs(Ranker.ACTIVITY));
  }
}
