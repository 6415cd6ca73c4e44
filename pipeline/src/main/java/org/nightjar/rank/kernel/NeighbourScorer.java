package org.nightjar.rank.kernel;

import org.apache.spark.sql.Row;

/**
 * Sums over a user's history: score(u,i) = Σ_j w_uj · s_ji, where s_ji is what having item j adds
 * to item i. Items that no history item speaks for score NaN. Costs one pass over the neighbours of
 * the user's items. Sums run in the order of the history, so they are the same on every machine.
 *
 * @param graph s_ji
 * @param column name of the request's column with the user's history, a struct of two arrays; null:
 *     nothing to score
 * @param items field of the struct: item indexes, array of int
 * @param weights field of the struct: w_uj in the order of the items, array of float
 */
public record NeighbourScorer(ItemGraph graph, String column, String items, String weights)
    implements SparseScorer {

  @Override
  public int itemCount() {
    return graph.itemCount();
  }

  @Override
  public void score(Row user, SparseScores scores) {
    Row history = user.getAs(column);
    if (history == null) {
      return;
    }
    int[] has = TopN.ints(history, items);
    float[] weight = TopN.floats(history, weights);
    for (int at = 0; at < has.length; at++) {
      graph.add(has[at], weight[at], scores);
    }
    scores.dropZeros();
  }
}
