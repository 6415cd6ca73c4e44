package org.nightjar.models;

import java.util.Arrays;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.BlockScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;

/**
 * A fitted model of the profile alone, whatever its scores come from.
 *
 * @param scorer read from the tables when first needed
 */
record FittedProfile(Map<String, Dataset<Row>> tables, Once<ProfileScorer> scorer)
    implements FittedModel {

  @Override
  public BlockScorer scorer(String input) {
    return scorer.get();
  }

  @Override
  public Decomposer decomposer(String input) {
    ProfileScorer known = scorer.get();
    return (user, items) -> Arrays.stream(items).mapToObj(item -> known.parts(user, item)).toList();
  }

  @Override
  public Explainer explainer() {
    ProfileScorer known = scorer.get();
    return (user, item, names) -> known.reason(user, item);
  }
}
