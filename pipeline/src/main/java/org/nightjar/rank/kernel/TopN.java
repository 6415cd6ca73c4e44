package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.table.Candidates;

/**
 * The best n items of a catalogue by score, higher first, ties by ascending item index: a total
 * order, so the result does not depend on partitioning, block size or scan order.
 *
 * <p>Cost per user: one pass over the eligible items with a running threshold and a heap of n
 * entries. Exclusions are masked inside the pass; nothing is asked for "n plus the longest
 * history".
 */
public final class TopN {
  private final int[] eligible;
  private final int limit;
  private final float[] heapScores;
  private final int[] heapItems;
  private int size;

  /**
   * A reusable selector for one thread.
   *
   * @param eligible ascending indexes of the items that may be proposed
   * @param limit n, at least 1
   */
  public TopN(int[] eligible, int limit) {
    this.eligible = eligible;
    this.limit = limit;
    this.heapScores = new float[limit];
    this.heapItems = new int[limit];
  }

  /**
   * The best items, best first. {@code scores} is changed: excluded items become NaN.
   *
   * @param scores one per item of the catalogue; NaN and infinite scores are passed over
   * @param excluded item indexes to leave out, in any order
   */
  public Ranked select(float[] scores, int[] excluded) {
    for (int item : excluded) {
      scores[item] = Float.NaN;
    }
    size = 0;
    float threshold = Float.NEGATIVE_INFINITY;
    for (int item : eligible) {
      float score = scores[item];
      // Items come in ascending order, so an equal score never displaces an earlier item; NaN
      // compares false.
      if (score > threshold && score < Float.POSITIVE_INFINITY) {
        threshold = offer(score, item);
      }
    }
    return drain();
  }

  private float offer(float score, int item) {
    if (size < limit) {
      int at = size++;
      while (at > 0) {
        int parent = (at - 1) / 2;
        if (!worse(score, item, heapScores[parent], heapItems[parent])) {
          break;
        }
        heapScores[at] = heapScores[parent];
        heapItems[at] = heapItems[parent];
        at = parent;
      }
      heapScores[at] = score;
      heapItems[at] = item;
      return size < limit ? Float.NEGATIVE_INFINITY : heapScores[0];
    }
    siftDown(score, item, size);
    return heapScores[0];
  }

  /** Puts an entry at the root of the first {@code length} entries and restores the heap. */
  private void siftDown(float score, int item, int length) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= length) {
        break;
      }
      if (child + 1 < length
          && worse(
              heapScores[child + 1], heapItems[child + 1], heapScores[child], heapItems[child])) {
        child++;
      }
      if (!worse(heapScores[child], heapItems[child], score, item)) {
        break;
      }
      heapScores[at] = heapScores[child];
      heapItems[at] = heapItems[child];
      at = child;
    }
    heapScores[at] = score;
    heapItems[at] = item;
  }

  private Ranked drain() {
    int[] items = new int[size];
    float[] scores = new float[size];
    for (int at = size - 1; at >= 0; at--) {
      items[at] = heapItems[0];
      scores[at] = heapScores[0];
      siftDown(heapScores[at], heapItems[at], at);
    }
    return new Ranked(items, scores);
  }

  private static boolean worse(float score, int item, float otherScore, int otherItem) {
    return score < otherScore || (score == otherScore && item > otherItem);
  }

  /** Items and their scores, best first, of equal length. */
  public record Ranked(int[] items, float[] scores) {}

  /**
   * The best items of each user, scored by a broadcast scorer.
   *
   * @param users {@code user} int, {@code excludedColumn} array of int (null: none), and what the
   *     scorer reads
   * @param eligible items that may be proposed
   * @param limit most items per user
   * @return {@link Candidates#OF_ONE_MODEL}; users without any scored item are missing
   */
  public static Dataset<Row> perUser(
      Dataset<Row> users,
      String excludedColumn,
      Broadcast<? extends CatalogueScorer> scorer,
      BitSet eligible,
      int limit) {
    int[] items = eligible.stream().toArray();
    MapPartitionsFunction<Row, Row> scan =
        rows -> new Scan(rows, excludedColumn, scorer.value(), items, limit);
    return users.mapPartitions(scan, Encoders.row(Candidates.OF_ONE_MODEL.schema()));
  }

  /** Lazily turns users into candidate rows, with one score buffer for all. */
  private static final class Scan implements Iterator<Row> {
    private final Iterator<Row> users;
    private final String excludedColumn;
    private final CatalogueScorer scorer;
    private final TopN best;
    private final float[] scores;
    private Row next;

    Scan(
        Iterator<Row> users,
        String excludedColumn,
        CatalogueScorer scorer,
        int[] eligible,
        int limit) {
      this.users = users;
      this.excludedColumn = excludedColumn;
      this.scorer = scorer;
      this.best = new TopN(eligible, limit);
      this.scores = new float[scorer.itemCount()];
    }

    @Override
    public boolean hasNext() {
      while (next == null && users.hasNext()) {
        Row user = users.next();
        if (scorer.score(user, scores)) {
          Ranked ranked = best.select(scores, ints(user, excludedColumn));
          if (ranked.items().length > 0) {
            float[] published = ranked.scores();
            for (int at = 0; at < published.length; at++) {
              published[at] = scorer.published(published[at]);
            }
            next = candidates(user.getInt(user.fieldIndex(Candidates.USER)), ranked);
          }
        }
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }
  }

  /** A row of {@link Candidates#OF_ONE_MODEL}. */
  public static Row candidates(int user, Ranked ranked) {
    return RowFactory.create(user, boxed(ranked.items()), boxed(ranked.scores()));
  }

  /** An int array column of a row; empty when null. */
  public static int[] ints(Row row, String column) {
    int at = row.fieldIndex(column);
    if (row.isNullAt(at)) {
      return new int[0];
    }
    List<Integer> values = row.getList(at);
    int[] ints = new int[values.size()];
    int next = 0;
    for (int value : values) {
      ints[next++] = value;
    }
    return ints;
  }

  /** A float array column of a row; empty when null. */
  public static float[] floats(Row row, String column) {
    int at = row.fieldIndex(column);
    if (row.isNullAt(at)) {
      return new float[0];
    }
    List<Float> values = row.getList(at);
    float[] floats = new float[values.size()];
    int next = 0;
    for (float value : values) {
      floats[next++] = value;
    }
    return floats;
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  private static Float[] boxed(float[] values) {
    List<Float> boxed = new ArrayList<>(values.length);
    for (float value : values) {
      boxed.add(value);
    }
    return boxed.toArray(Float[]::new);
  }
}
