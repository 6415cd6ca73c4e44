package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.UserSegments;

/**
 * One user as the evaluation sees them: the truth, apart by whether the user had the item before,
 * and one list per model.
 */
final class HeldOutUser {
  private static final String IN_TRUTH = "in_truth";
  private static final String IN_TRAIN = "in_train";
  private static final String FRESH = "fresh";
  private static final String KNOWN = "known";
  private static final String WARM = "warm";
  private static final String LISTS = "lists";
  private static final int POPULARITY_DIGITS = 9;

  /** Dense index. */
  final int user;

  /** Whether the user has any training event. */
  final boolean warm;

  /** Truth items that the user did not have, ascending. */
  final int[] fresh;

  /** Truth items that the user had, ascending. */
  final int[] known;

  /** Mean share of training users who had the items that the user had; NaN without training. */
  final double usualPopularity;

  /** By model, best first; null where the model gave none. */
  final int[][] lists;

  /** The given ones. */
  final List<String> segments;

  private HeldOutUser(Row row, int[][] lists) {
    this.user = row.getInt(0);
    this.warm = row.getBoolean(1);
    this.fresh = ints(row.getList(2));
    this.known = ints(row.getList(3));
    this.lists = lists;
    this.segments = row.getList(5);
    this.usualPopularity = row.isNullAt(6) ? Double.NaN : row.getDouble(6);
  }

  /**
   * One row per user with truth or a list, to be read by {@link #of}.
   *
   * @param longest length at which lists are cut
   * @param popularity {@link Catalogue#rows}; without rows nobody has a usual popularity
   */
  static Dataset<Row> rows(Evaluation evaluation, int longest, Dataset<Row> popularity) {
    Dataset<Row> pairs =
        pairs(evaluation.truth(), true)
            .union(pairs(evaluation.seen(), false))
            .groupBy(col(Events.USER), col(Events.ITEM))
            .agg(max(col(IN_TRUTH)).as(IN_TRUTH), max(col(IN_TRAIN)).as(IN_TRAIN));
    Column fresh = col(IN_TRUTH).and(not(col(IN_TRAIN)));
    Column known = col(IN_TRUTH).and(col(IN_TRAIN));
    Dataset<Row> truthPerUser =
        pairs
            .join(broadcast(popularity), asColumns(Events.ITEM), "left")
            .groupBy(col(Events.USER))
            .agg(
                sort_array(collect_list(when(fresh, col(Events.ITEM)))).as(FRESH),
                sort_array(collect_list(when(known, col(Events.ITEM)))).as(KNOWN),
                max(col(IN_TRAIN)).as(WARM),
                round(avg(when(col(IN_TRAIN), col(Catalogue.POPULARITY))), POPULARITY_DIGITS)
                    .as(Catalogue.POPULARITY))
            .filter(size(col(FRESH)).plus(size(col(KNOWN))).gt(0));
    Dataset<Row> listsPerUser =
        evaluation
            .lists()
            .filter(col(Candidates.MODEL).isin(evaluation.models().toArray()))
            .filter(size(col(Candidates.ITEMS)).gt(0))
            .groupBy(col(Candidates.USER))
            .agg(
                collect_list(
                        struct(
                            col(Candidates.MODEL),
                            slice(col(Candidates.ITEMS), 1, longest).as(Candidates.ITEMS)))
                    .as(LISTS));
    return truthPerUser
        .join(listsPerUser, asColumns(Events.USER), "full_outer")
        .join(
            evaluation.segments().select(col(UserSegments.USER), col(UserSegments.SEGMENTS)),
            asColumns(Events.USER),
            "left")
        .select(
            col(Events.USER),
            coalesce(col(WARM), lit(false)).as(WARM),
            coalesce(col(FRESH), array().cast("array<int>")).as(FRESH),
            coalesce(col(KNOWN), array().cast("array<int>")).as(KNOWN),
            col(LISTS),
            coalesce(col(UserSegments.SEGMENTS), array().cast("array<string>"))
                .as(UserSegments.SEGMENTS),
            col(Catalogue.POPULARITY));
  }

  /**
   * Reads a row of {@link #rows}.
   *
   * @param places index by model name
   */
  static HeldOutUser of(Row row, Map<String, Integer> places) {
    int[][] lists = new int[places.size()][];
    if (!row.isNullAt(4)) {
      for (Row list : row.<Row>getList(4)) {
        int place = places.get(list.getString(0));
        if (lists[place] != null) {
          throw new IllegalArgumentException(
              "Model '" + list.getString(0) + "' has two lists for one user; key: user, model");
        }
        lists[place] = ints(list.getList(1));
      }
    }
    return new HeldOutUser(row, lists);
  }

  boolean hasTruth() {
    return fresh.length + known.length > 0;
  }

  /** All truth items, ascending. */
  int[] truth() {
    int[] all = new int[fresh.length + known.length];
    System.arraycopy(fresh, 0, all, 0, fresh.length);
    System.arraycopy(known, 0, all, fresh.length, known.length);
    Arrays.sort(all);
    return all;
  }

  /**
   * Whether each place of a list is a hit. An item that stands twice is a hit at its first place
   * only.
   *
   * @param truth ascending
   */
  static boolean[] hits(int[] list, int[] truth) {
    boolean[] hits = new boolean[list.length];
    for (int j = 0; j < list.length; j++) {
      if (Arrays.binarySearch(truth, list[j]) < 0) {
        continue;
      }
      boolean first = true;
      for (int i = 0; i < j && first; i++) {
        first = list[i] != list[j];
      }
      hits[j] = first;
    }
    return hits;
  }

  private static Dataset<Row> pairs(Dataset<Row> rows, boolean ofTruth) {
    return rows.select(
        col(Events.USER), col(Events.ITEM), lit(ofTruth).as(IN_TRUTH), lit(!ofTruth).as(IN_TRAIN));
  }

  private static int[] ints(List<Integer> values) {
    int[] ints = new int[values.size()];
    int at = 0;
    for (int value : values) {
      ints[at++] = value;
    }
    return ints;
  }

  private static String[] asColumns(String name) {
    return new String[] {name};
  }
}
