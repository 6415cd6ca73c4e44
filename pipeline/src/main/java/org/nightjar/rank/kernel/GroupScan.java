package org.nightjar.rank.kernel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * Remembers the best items of the groups seen last, somewhat more than a list needs; a user with so
 * many of them excluded that they do not fill the list has the catalogue scanned anew.
 */
final class GroupScan implements BlockScan {
  /** How many more items than a list has are remembered of a group. */
  private static final int SPARE = 256;

  /** Items remembered of all groups together: 8 bytes each. */
  private static final int REMEMBERED = 2_000_000;

  private static final int[] NONE = new int[0];

  private final GroupScorer scorer;
  private final int limit;
  private final TopN some;
  private final TopN more;
  private final float[] all;
  private final Map<Object, TopN.Ranked> remembered;
  private List<Row> users;
  private List<int[]> excluded;
  private int next;

  GroupScan(GroupScorer scorer, int[] eligible, int limit) {
    this.scorer = scorer;
    this.limit = limit;
    this.some = new TopN(eligible, limit);
    this.more = new TopN(eligible, limit + SPARE);
    this.all = new float[scorer.itemCount()];
    int groups = Math.max(1, REMEMBERED / (limit + SPARE));
    this.remembered =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Object, TopN.Ranked> eldest) {
            return size() > groups;
          }
        };
  }

  @Override
  public void begin(List<Row> block, List<int[]> excludedPerUser) {
    users = block;
    excluded = excludedPerUser;
    next = 0;
  }

  @Override
  public TopN.Ranked next() {
    Row user = users.get(next);
    int[] without = excluded.get(next++);
    TopN.Ranked best = remembered.get(scorer.group(user));
    if (best == null) {
      scorer.score(user, all);
      best = more.select(all, NONE);
      remembered.put(scorer.group(user), best);
    }
    int[] items = new int[limit];
    float[] scores = new float[limit];
    int size = 0;
    for (int at = 0; at < best.items().length && size < limit; at++) {
      if (Arrays.binarySearch(without, best.items()[at]) < 0) {
        items[size] = best.items()[at];
        scores[size++] = best.scores()[at];
      }
    }
    if (size < limit && best.items().length == limit + SPARE) {
      scorer.score(user, all);
      return some.select(all, without);
    }
    return new TopN.Ranked(Arrays.copyOf(items, size), Arrays.copyOf(scores, size));
  }

  @Override
  public void scores(int[] items, float[] scores) {
    for (int at = 0; at < items.length; at++) {
      scores[at] = scorer.score(users.get(next - 1), items[at]);
    }
  }
}
