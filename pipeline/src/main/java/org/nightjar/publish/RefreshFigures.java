package org.nightjar.publish;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.table.Recommendations;

/**
 * A refresh's lists beside those of the release that it refreshes.
 *
 * @param lastUsers users with a list in that release
 * @param keptUsers those of them who have one now
 * @param untouchedUsers users with a list in it who get no new one
 * @param changedRows rows of these users, of either release, that the other one has not in every
 *     column
 * @param relistedUsers users with a list in both who got a new one
 * @param relistedRows their rows now
 * @param sharedRows of these, rows whose item stood in the user's last list
 * @param scores how far the mean scores of these users' lists have moved, in ten bands
 */
public record RefreshFigures(
    long lastUsers,
    long keptUsers,
    long untouchedUsers,
    long changedRows,
    long relistedUsers,
    long relistedRows,
    long sharedRows,
    ColumnProfiles.Drift scores) {
  private static final String NOW = "now";
  private static final String LAST = "last";
  private static final String BOTH = "both";
  private static final String CHANGED = "changed";
  private static final String RELISTED = "relisted";
  private static final String SCORE_NOW = "score_now";
  private static final String SCORE_LAST = "score_last";
  private static final String SCORES = "scores";
  private static final int BANDS = 10;

  /** Means are compared in the digits in which scores are published. */
  private static final int SCALE = 6;

  /**
   * Reads both releases: one join of their rows, whose sums per user are cached meanwhile.
   *
   * @param now {@link Recommendations#TABLE}
   * @param last likewise
   * @param relisted {@code user_id} of those who get a new list, each once
   */
  public static RefreshFigures of(Dataset<Row> now, Dataset<Row> last, Dataset<Row> relisted) {
    String[] pair = {Recommendations.USER_ID, Recommendations.ITEM_ID};
    Column isChanged = col(NOW).eqNullSafe(col(LAST)).unary_$bang();
    Dataset<Row> perUser =
        rows(now, NOW)
            .join(rows(last, LAST), pair, "full")
            .groupBy(Recommendations.USER_ID)
            .agg(
                count(col(NOW)).as(NOW),
                count(col(LAST)).as(LAST),
                count(when(col(NOW).isNotNull().and(col(LAST).isNotNull()), 1)).as(BOTH),
                count(when(isChanged, 1)).as(CHANGED),
                score(NOW).as(SCORE_NOW),
                score(LAST).as(SCORE_LAST))
            .join(
                relisted.select(col(Recommendations.USER_ID), lit(true).as(RELISTED)),
                new String[] {Recommendations.USER_ID},
                "left")
            .withColumn(RELISTED, coalesce(col(RELISTED), lit(false)))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Column untouched = col(RELISTED).equalTo(false).and(col(LAST).gt(0));
      Column anew = col(RELISTED).and(col(NOW).gt(0)).and(col(LAST).gt(0));
      Row sums =
          perUser
              .agg(
                  count(when(col(LAST).gt(0), 1)),
                  count(when(col(LAST).gt(0).and(col(NOW).gt(0)), 1)),
                  count(when(untouched, 1)),
                  total(when(col(RELISTED).equalTo(false), col(CHANGED))),
                  count(when(anew, 1)),
                  total(when(anew, col(NOW))),
                  total(when(anew, col(BOTH))))
              .first();
      return new RefreshFigures(
          sums.getLong(0),
          sums.getLong(1),
          sums.getLong(2),
          sums.getLong(3),
          sums.getLong(4),
          sums.getLong(5),
          sums.getLong(6),
          scores(perUser.where(anew)));
    } finally {
      perUser.unpersist();
    }
  }

  private static Dataset<Row> rows(Dataset<Row> lists, String name) {
    return lists.select(
        col(Recommendations.USER_ID),
        col(Recommendations.ITEM_ID),
        struct(
                Recommendations.RANK,
                Recommendations.SCORE,
                Recommendations.SOURCE,
                Recommendations.REASON)
            .as(name));
  }

  private static Column score(String name) {
    return round(avg(col(name).getField(Recommendations.SCORE)), SCALE);
  }

  private static Column total(Column rows) {
    return coalesce(sum(rows), lit(0L));
  }

  /** Bands of equal size of the last means, nothing moved where nobody was listed anew. */
  private static ColumnProfiles.Drift scores(Dataset<Row> users) {
    Column[] shares =
        IntStream.range(1, BANDS)
            .mapToObj(band -> lit((double) band / BANDS))
            .toArray(Column[]::new);
    Row edges = users.agg(percentile(col(SCORE_LAST), array(shares))).first();
    if (edges.isNullAt(0)) {
      return new ColumnProfiles.Drift(SCORES, 0, 0);
    }
    List<Double> distinct = edges.<Double>getList(0).stream().distinct().toList();
    List<Column> counts = new ArrayList<>();
    for (String score : List.of(SCORE_NOW, SCORE_LAST)) {
      for (int band = 0; band <= distinct.size(); band++) {
        Column within = lit(true);
        if (band > 0) {
          within = within.and(col(score).gt(distinct.get(band - 1)));
        }
        if (band < distinct.size()) {
          within = within.and(col(score).leq(distinct.get(band)));
        }
        counts.add(count(when(within, 1)));
      }
    }
    Row bands = users.agg(lit(0L), counts.toArray(Column[]::new)).first();
    int size = distinct.size() + 1;
    return ColumnProfiles.drift(
        SCORES,
        IntStream.rangeClosed(1, size).mapToLong(bands::getLong).toArray(),
        IntStream.rangeClosed(size + 1, 2 * size).mapToLong(bands::getLong).toArray());
  }

  /** Share of the last release's users who have no list any more. */
  double lostUsers() {
    return lastUsers == 0 ? 0 : (double) (lastUsers - keptUsers) / lastUsers;
  }

  /** Share of the new lists' rows that the user's last list did not have. */
  double churn() {
    return relistedRows == 0 ? 0 : (double) (relistedRows - sharedRows) / relistedRows;
  }
}
