package org.nightjar.rank.kernel;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/** One user at a time, every item's score written out. */
final class RowScan implements BlockScan {
  private static final TopN.Ranked NOTHING = new TopN.Ranked(new int[0], new float[0]);

  private final CatalogueScorer scorer;
  private final TopN best;
  private final float[] all;
  private List<Row> users;
  private List<int[]> excluded;
  private int next;

  RowScan(CatalogueScorer scorer, int[] eligible, int limit) {
    this.scorer = scorer;
    this.best = new TopN(eligible, limit);
    this.all = new float[scorer.itemCount()];
  }

  @Override
  public void begin(List<Row> block, List<int[]> excludedPerUser) {
    users = block;
    excluded = excludedPerUser;
    next = 0;
  }

  @Override
  public TopN.Ranked next() {
    int user = next++;
    if (scorer.score(users.get(user), all)) {
      return best.select(all, excluded.get(user));
    }
    Arrays.fill(all, Float.NaN);
    return NOTHING;
  }

  @Override
  public void scores(int[] items, float[] scores) {
    for (int at = 0; at < items.length; at++) {
      scores[at] = all[items[at]];
    }
  }
}
