package org.nightjar.models;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Part;
import org.nightjar.rank.kernel.TopN;

/**
 * Scores that are sums over a user's history: each item had adds weight · influence.
 *
 * @param input name of the column that {@link Histories#attach} added
 * @param influence of an item had on another
 */
record HistoryParts(String input, Influence influence) implements Decomposer {

  /** What having an item adds to another, for a weight of 1; 0 if nothing. */
  @FunctionalInterface
  interface Influence extends Serializable {
    float of(int had, int item);
  }

  /** Only the item itself speaks for an item. */
  static HistoryParts ofItself(String input) {
    return new HistoryParts(input, (had, item) -> had == item ? 1 : 0);
  }

  @Override
  public List<List<Part>> parts(Row user, int[] items) {
    Row history = user.getAs(input);
    int[] had = history == null ? new int[0] : TopN.ints(history, Histories.ITEMS);
    float[] weights = history == null ? new float[0] : TopN.floats(history, Histories.WEIGHTS);
    List<List<Part>> parts = new ArrayList<>(items.length);
    for (int item : items) {
      List<Part> ofItem = new ArrayList<>();
      for (int at = 0; at < had.length; at++) {
        double value = (double) weights[at] * influence.of(had[at], item);
        if (value != 0) {
          ofItem.add(Part.had(had[at], value));
        }
      }
      parts.add(ofItem);
    }
    return parts;
  }
}
