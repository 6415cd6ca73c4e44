package org.nightjar.models;

import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.SparseScorer;
import org.nightjar.rank.kernel.SparseScores;
import org.nightjar.rank.kernel.TopN;

/**
 * The weights of the user's own items as scores; nothing for other items.
 *
 * @param input name of the column that {@link Histories#attach} added
 */
record OwnItemsScorer(String input, int itemCount) implements SparseScorer {
  @Override
  public void score(Row user, SparseScores scores) {
    Row history = user.getAs(input);
    if (history == null) {
      return;
    }
    int[] items = TopN.ints(history, Histories.ITEMS);
    float[] weights = TopN.floats(history, Histories.WEIGHTS);
    for (int at = 0; at < items.length; at++) {
      scores.add(items[at], weights[at]);
    }
  }
}
