package org.nightjar.rank.kernel;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.nightjar.table.Neighbours;

/**
 * Which items speak for which others, and how much: {@link Neighbours} turned round, so that all
 * that an item adds to others lies together, in two primitive arrays of 8 bytes per neighbour.
 * 100,000 items with 200 neighbours each take 160 MB, and twice as much while they are packed.
 */
public final class ItemGraph implements Serializable {
  /** Where what an item adds to begins; what the last item adds to ends at the last entry. */
  private final int[] starts;

  /** The items added to, ascending for each item. */
  private final int[] scored;

  private final float[] similarities;

  private ItemGraph(int[] starts, int[] scored, float[] similarities) {
    this.starts = starts;
    this.scored = scored;
    this.similarities = similarities;
  }

  /**
   * Packs neighbours.
   *
   * @param rows {@link Neighbours#TABLE}, at most one per item, in any order
   * @param itemCount number of items; indexes run from 0
   */
  public static ItemGraph of(Iterator<Row> rows, int itemCount) {
    int[][] neighbours = new int[itemCount][];
    float[][] values = new float[itemCount][];
    int[] starts = new int[itemCount + 1];
    while (rows.hasNext()) {
      Row row = rows.next();
      int item = row.getAs(Neighbours.ITEM);
      neighbours[item] = TopN.ints(row, Neighbours.NEIGHBOURS);
      values[item] = TopN.floats(row, Neighbours.SIMILARITIES);
      for (int had : neighbours[item]) {
        starts[had + 1]++;
      }
    }
    for (int item = 0; item < itemCount; item++) {
      starts[item + 1] = Math.addExact(starts[item], starts[item + 1]);
    }
    int[] ends = starts.clone();
    int[] scored = new int[starts[itemCount]];
    float[] similarities = new float[scored.length];
    for (int item = 0; item < itemCount; item++) {
      for (int at = 0; neighbours[item] != null && at < neighbours[item].length; at++) {
        int place = ends[neighbours[item][at]]++;
        scored[place] = item;
        similarities[place] = values[item][at];
      }
    }
    return new ItemGraph(starts, scored, similarities);
  }

  /** Number of items; indexes run from 0. */
  int itemCount() {
    return starts.length - 1;
  }

  /** Adds weight · similarity to the score of each item that {@code had} speaks for. */
  void add(int had, float weight, SparseScores scores) {
    int end = starts[had + 1];
    for (int at = starts[had]; at < end; at++) {
      scores.add(scored[at], weight * similarities[at]);
    }
  }

  /** What having an item adds to the score of another; 0 if it does not speak for it. */
  public float similarity(int had, int item) {
    int at = Arrays.binarySearch(scored, starts[had], starts[had + 1], item);
    return at < 0 ? 0 : similarities[at];
  }

  /**
   * The history item that adds most to {@code item}, the earlier one of equals; −1 if none adds
   * anything.
   */
  public int strongest(int item, int[] history) {
    int strongest = -1;
    float most = 0;
    for (int had : history) {
      float similarity = similarity(had, item);
      if (similarity > most) {
        most = similarity;
        strongest = had;
      }
    }
    return strongest;
  }
}
