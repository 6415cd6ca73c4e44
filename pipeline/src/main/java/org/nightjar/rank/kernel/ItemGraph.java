package org.nightjar.rank.kernel;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.nightjar.table.Neighbours;

/**
 * Which items speak for which others, and how much: the rows of {@link Neighbours} end to end in
 * two primitive arrays, 8 bytes per neighbour. 100,000 items with 200 neighbours each take 160 MB.
 */
public final class ItemGraph implements Serializable {
  /** Where an item's neighbours begin and end; both 0 for items without any. */
  private final int[] from;

  private final int[] to;

  /** Ascending within an item. */
  private final int[] neighbours;

  private final float[] similarities;

  private ItemGraph(int[] from, int[] to, int[] neighbours, float[] similarities) {
    this.from = from;
    this.to = to;
    this.neighbours = neighbours;
    this.similarities = similarities;
  }

  /**
   * Packs neighbours.
   *
   * @param rows {@link Neighbours#TABLE}, at most one per item, in any order
   * @param itemCount number of items; indexes run from 0
   */
  public static ItemGraph of(Iterator<Row> rows, int itemCount) {
    int[] from = new int[itemCount];
    int[] to = new int[itemCount];
    int[] neighbours = new int[Math.max(16, itemCount)];
    float[] similarities = new float[neighbours.length];
    int end = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      int[] others = TopN.ints(row, Neighbours.NEIGHBOURS);
      float[] values = TopN.floats(row, Neighbours.SIMILARITIES);
      int needed = Math.addExact(end, others.length);
      if (needed > neighbours.length) {
        int length = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * end));
        neighbours = Arrays.copyOf(neighbours, length);
        similarities = Arrays.copyOf(similarities, length);
      }
      int item = row.getAs(Neighbours.ITEM);
      from[item] = end;
      for (int at : ascending(others)) {
        neighbours[end] = others[at];
        similarities[end++] = values[at];
      }
      to[item] = end;
    }
    return new ItemGraph(
        from, to, Arrays.copyOf(neighbours, end), Arrays.copyOf(similarities, end));
  }

  /** The places of the values in ascending order of the values. */
  private static int[] ascending(int[] values) {
    return IntStream.range(0, values.length)
        .mapToLong(at -> (long) values[at] << Integer.SIZE | at)
        .sorted()
        .mapToInt(packed -> (int) packed)
        .toArray();
  }

  /** Number of items; indexes run from 0. */
  int itemCount() {
    return from.length;
  }

  /** Adds weight · similarity to the score of each of the item's neighbours. */
  void add(int item, float weight, float[] scores) {
    int end = to[item];
    for (int at = from[item]; at < end; at++) {
      scores[neighbours[at]] += weight * similarities[at];
    }
  }

  /** What having an item adds to the score of {@code scored}; 0 if they are no neighbours. */
  public float similarity(int had, int scored) {
    int at = Arrays.binarySearch(neighbours, from[had], to[had], scored);
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
