package org.nightjar.models;

import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.CatalogueScorer;
import org.nightjar.rank.kernel.TopN;

/**
 * The weights of the user's own items as scores; nothing for other items.
 *
 * @param input name of the column that {@link Histories#attach} added
 */
record OwnItemsScorer(String input, int itemCount) implements CatalogueScorer {
  @Override
  public boolean score(Row user, float[] scores) {
    Row history = user.getAs(input);
    if (history == null) {
      return false;
    }
    Arrays.fill(scores, Float.NaN);
    int[] items = TopN.ints(history, Histories.ITEMS);
    float[] weights = TopN.floats(history, Histories.WEIGHTS);
    for (int at = 0; at < items.length; at++) {
      scores[items[at]] = weights[at];
    }
    return true;
  }
}
