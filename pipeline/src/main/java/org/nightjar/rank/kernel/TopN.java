package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
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
  private final BestItems best;

  /**
   * A reusable selector for one thread.
   *
   * @param eligible ascending indexes of the items that may be proposed
   * @param limit n, at least 1
   */
  public TopN(int[] eligible, int limit) {
    this.eligible = eligible;
    this.best = new BestItems(limit);
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
    float threshold = best.threshold();
    for (int item : eligible) {
      float score = scores[item];
      // NaN compares false.
      if (score > threshold && score < Float.POSITIVE_INFINITY) {
        best.add(score, item);
        threshold = best.threshold();
      }
    }
    return best.drain();
  }

  /** Items and their scores, best first, of equal length. */
  public record Ranked(int[] items, float[] scores) {
    /** A row of a key and both arrays, as tables hold them. */
    public Row row(Object key) {
      return RowFactory.create(key, boxed(items), boxed(scores));
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
      Broadcast<? extends BlockScorer> scorer,
      BitSet eligible,
      int limit) {
    int[] items = eligible.stream().toArray();
    MapPartitionsFunction<Row, Row> lists =
        rows -> {
          BlockScan scan = scorer.value().scan(items, limit);
          return new Blocks(rows, block -> lists(block, excludedColumn, scorer.value(), scan));
        };
    return users.mapPartitions(lists, Encoders.row(Candidates.OF_ONE_MODEL.schema()));
  }

  private static List<Row> lists(
      List<Row> users, String excludedColumn, BlockScorer scorer, BlockScan scan) {
    scan.begin(users, excluded(users, excludedColumn));
    List<Row> lists = new ArrayList<>(users.size());
    for (Row user : users) {
      Ranked ranked = scan.next();
      float[] scores = ranked.scores();
      if (scores.length > 0) {
        for (int at = 0; at < scores.length; at++) {
          scores[at] = scorer.published(scores[at]);
        }
        lists.add(candidates(user.getInt(user.fieldIndex(Candidates.USER)), ranked));
      }
    }
    return lists;
  }

  /** What each user must not get, ascending. */
  static List<int[]> excluded(List<Row> users, String column) {
    List<int[]> excluded = new ArrayList<>(users.size());
    for (Row user : users) {
      int[] items = ints(user, column);
      Arrays.sort(items);
      excluded.add(items);
    }
    return excluded;
  }

  /** A row of {@link Candidates#OF_ONE_MODEL}. */
  public static Row candidates(int user, Ranked ranked) {
    return ranked.row(user);
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
}
