package org.nightjar.rank.kernel;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.Row;

/** One user at a time, only the items of which something is known. */
final class SparseScan implements BlockScan {
  private final SparseScorer scorer;
  private final BitSet eligible = new BitSet();
  private final BestItems best;
  private final SparseScores all;
  private List<Row> users;
  private List<int[]> excluded;
  private int next;

  SparseScan(SparseScorer scorer, int[] eligible, int limit) {
    this.scorer = scorer;
    Arrays.stream(eligible).forEach(this.eligible::set);
    this.best = new BestItems(limit);
    this.all = new SparseScores(scorer.itemCount());
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
    all.clear();
    scorer.score(users.get(user), all);
    int item = all.nextAbove(0, best.threshold());
    while (item >= 0) {
      float score = all.of(item);
      if (score < Float.POSITIVE_INFINITY
          && eligible.get(item)
          && Arrays.binarySearch(excluded.get(user), item) < 0) {
        best.add(score, item);
      }
      item = all.nextAbove(item + 1, best.threshold());
    }
    return best.drain();
  }

  @Override
  public void scores(int[] items, float[] scores) {
    for (int at = 0; at < items.length; at++) {
      scores[at] = all.of(items[at]);
    }
  }
}
