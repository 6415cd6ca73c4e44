package org.nightjar.rank;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.nightjar.config.RankSettings;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.UserContext;

/**
 * Re-ranks a user's best candidates for variety, one place after the other. With s the scores
 * brought to 0–1 over the pool, λ the strength and L the list so far, the next item is that with
 * the largest
 *
 * <ul>
 *   <li>{@code mmr}: (1 − λ)·s(i) − λ·(share of L with the category of i), maximal marginal
 *       relevance (Carbonell and Goldstein 1998) with category as the similarity;
 *   <li>{@code calibrated}: (1 − λ)·Σ s(L + i) − λ·KL(p, q̃(L + i)), p the shares of categories in
 *       the user's past, q̃ = 0.99·q + 0.01·p those of the list, smoothed (Steck 2018, equations 3
 *       to 7). Users of whom no category is known keep their order.
 * </ul>
 *
 * Ties keep the order. Items without category are like nothing.
 *
 * @param categories by item index, null where unknown
 */
record Diversity(RankSettings.Diversity settings, String[] categories) implements Serializable {
  private static final double SMOOTHING = 0.01;

  /** The columns of {@link UserContext} that {@link #reorder} reads of a user. */
  static List<String> inputs(RankSettings.Diversity settings) {
    return settings.method() == RankSettings.DiversityMethod.CALIBRATED
        ? List.of(UserContext.HISTORY, UserContext.HISTORY_COUNTS)
        : List.of();
  }

  /**
   * The candidates with the first places given anew.
   *
   * @param items of the candidates, best first
   * @param scores falling
   * @param strength 0 to 1
   * @param length how many places are given anew
   * @return places in {@code items}
   */
  int[] reorder(Row user, int[] items, double[] scores, double strength, int length) {
    int[] order = IntStream.range(0, items.length).toArray();
    int pool = Math.min(settings.pool(), items.length);
    if (settings.method() == RankSettings.DiversityMethod.NONE || strength == 0 || pool < 2) {
      return order;
    }
    Map<String, Double> wanted = Map.of();
    if (settings.method() == RankSettings.DiversityMethod.CALIBRATED) {
      wanted = shares(user);
      if (wanted.isEmpty()) {
        return order;
      }
    }
    double spread = scores[0] - scores[pool - 1];
    Map<String, Integer> listed = new HashMap<>();
    for (int place = 0; place < Math.min(length, pool); place++) {
      int best = place;
      double bestValue = Double.NEGATIVE_INFINITY;
      for (int at = place; at < pool; at++) {
        double score = spread > 0 ? (scores[order[at]] - scores[pool - 1]) / spread : 1;
        String category = categories[items[order[at]]];
        double variety =
            wanted.isEmpty()
                ? -share(listed, category, place)
                : -divergence(wanted, listed, category, place + 1);
        double value = (1 - strength) * score + strength * variety;
        if (value > bestValue) {
          best = at;
          bestValue = value;
        }
      }
      int chosen = order[best];
      System.arraycopy(order, place, order, place + 1, best - place);
      order[place] = chosen;
      if (categories[items[chosen]] != null) {
        listed.merge(categories[items[chosen]], 1, Integer::sum);
      }
    }
    return order;
  }

  private static double share(Map<String, Integer> listed, String category, int size) {
    return category == null || size == 0 ? 0 : (double) listed.getOrDefault(category, 0) / size;
  }

  /** KL(p, q̃) = Σ_c p_c · ln(p_c / q̃_c) of the list with one more item. */
  private static double divergence(
      Map<String, Double> wanted, Map<String, Integer> listed, String added, int size) {
    double sum = 0;
    for (Map.Entry<String, Double> share : wanted.entrySet()) {
      double count = listed.getOrDefault(share.getKey(), 0);
      double own = (count + (share.getKey().equals(added) ? 1 : 0)) / size;
      double p = share.getValue();
      sum += p * StrictMath.log(p / ((1 - SMOOTHING) * own + SMOOTHING * p));
    }
    return sum;
  }

  /** Shares of events by category over the user's latest items; in a fixed order. */
  private Map<String, Double> shares(Row user) {
    Map<String, Double> counts = new TreeMap<>();
    if (user.getAs(UserContext.HISTORY) == null) {
      return counts;
    }
    int[] history = TopN.ints(user, UserContext.HISTORY);
    List<Long> events = user.getList(user.fieldIndex(UserContext.HISTORY_COUNTS));
    for (int at = 0; at < history.length; at++) {
      if (categories[history[at]] != null) {
        counts.merge(categories[history[at]], (double) events.get(at), Double::sum);
      }
    }
    double all = counts.values().stream().mapToDouble(count -> count).sum();
    counts.replaceAll((category, count) -> count / all);
    return counts;
  }
}
