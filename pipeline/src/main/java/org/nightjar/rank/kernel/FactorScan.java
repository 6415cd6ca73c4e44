package org.nightjar.rank.kernel;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.FloatKernel.Rows;

/**
 * A block of users against all items with factors, one panel of items after the other. A panel's
 * scores live only until the few above each user's running threshold are picked; whether an item is
 * excluded is asked of these alone.
 */
final class FactorScan implements BlockScan {
  /** Users per product: their scores with a panel take 8 KiB. */
  private static final int HEIGHT = 32;

  private static final int PANEL = FactorScorer.PANEL;

  private final FactorScorer scorer;
  private final FloatKernel kernel;

  /** By place among the items with factors. */
  private final boolean[] eligible;

  private final BestItems[] best = new BestItems[USERS];
  private final float[][] vectors = new float[USERS][];

  /** The same, factor-major. */
  private final float[] block;

  private final float[] products = new float[HEIGHT * PANEL];
  private List<int[]> excluded;
  private int next;

  FactorScan(FactorScorer scorer, FloatKernel kernel, int[] eligible, int limit) {
    this.scorer = scorer;
    this.kernel = kernel;
    this.eligible = new boolean[scorer.items().length];
    for (int place = 0; place < this.eligible.length; place++) {
      this.eligible[place] = Arrays.binarySearch(eligible, scorer.items()[place]) >= 0;
    }
    Arrays.setAll(best, user -> new BestItems(limit));
    this.block = new float[scorer.rank() * USERS];
  }

  @Override
  public void begin(List<Row> users, List<int[]> excludedPerUser) {
    excluded = excludedPerUser;
    next = 0;
    Arrays.fill(block, 0f);
    for (int user = 0; user < users.size(); user++) {
      vectors[user] = scorer.users().of(users.get(user));
      for (int factor = 0; factor < vectors[user].length; factor++) {
        block[factor * USERS + user] = vectors[user][factor];
      }
    }
    for (int panel = 0; panel < scorer.panels().length; panel++) {
      for (int from = 0; from < users.size(); from += HEIGHT) {
        int count = Math.min(HEIGHT, users.size() - from);
        kernel.products(
            new Rows(block, from, USERS),
            new Rows(scorer.panels()[panel], 0, PANEL),
            scorer.rank(),
            new Rows(products, 0, PANEL),
            FloatKernel.padded(count, FloatKernel.HEIGHT_STEP),
            PANEL);
        for (int user = from; user < from + count; user++) {
          if (vectors[user].length > 0) {
            pick(user, (user - from) * PANEL, panel * PANEL);
          }
        }
      }
    }
  }

  /** Takes the panel's best into the user's. */
  private void pick(int user, int from, int firstPlace) {
    BestItems mine = best[user];
    int to = from + Math.min(PANEL, eligible.length - firstPlace);
    int at = kernel.firstAbove(products, from, to, mine.threshold());
    while (at < to) {
      int place = firstPlace + at - from;
      int item = scorer.items()[place];
      if (eligible[place]
          && products[at] < Float.POSITIVE_INFINITY
          && Arrays.binarySearch(excluded.get(user), item) < 0) {
        mine.add(products[at], item);
      }
      at = kernel.firstAbove(products, at + 1, to, mine.threshold());
    }
  }

  @Override
  public TopN.Ranked next() {
    return best[next++].drain();
  }

  @Override
  public void scores(int[] items, float[] scores) {
    float[] x = vectors[next - 1];
    for (int at = 0; at < items.length; at++) {
      scores[at] = x.length == 0 ? Float.NaN : scorer.score(x, items[at]);
    }
  }
}
