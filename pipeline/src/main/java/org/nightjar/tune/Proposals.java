package org.nightjar.tune;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.nightjar.models.SearchSpace;

/**
 * Settings to try next, by the tree-structured Parzen estimator (Bergstra et al. 2011): of {@value
 * #DRAWS} new draws from the space the one with the highest l/g, where l and g are the kernel
 * densities of the best quarter of what was tried and of the rest,
 *
 * <pre>density(x) = Π over settings of (ε + Σᵢ exp(−½ (distance(x, xᵢ) / h)²)) / (ε + n)</pre>
 *
 * with distances of {@link SearchSpace.Values#distance}, h = {@value #WIDTH} · t^(−1/5) after t
 * trials, and ε = {@value #PRIOR}. The first {@value #AT_RANDOM} are plain draws. The best of equal
 * draws is the first one. The constants are those that did best of a few on made-up objectives.
 */
final class Proposals {
  static final int AT_RANDOM = 6;
  private static final int DRAWS = 64;

  /** So many draws without a new one mean that there is none. */
  private static final int MAX_DRAWS = 200;

  private static final double GOOD_SHARE = 0.25;
  private static final double WIDTH = 0.2;
  private static final double PRIOR = 0.3;

  private final SearchSpace space;

  Proposals(SearchSpace space) {
    this.space = space;
  }

  /**
   * The next settings; empty when {@value #MAX_DRAWS} draws give no new ones.
   *
   * @param bestFirst what was tried, the best first, failures last
   * @param known settings that are not wanted again
   */
  Optional<Map<String, Object>> next(
      List<Map<String, Object>> bestFirst,
      Set<Map<String, Object>> known,
      SplittableRandom random) {
    List<Map<String, Object>> draws =
        Stream.generate(() -> space.draw(random))
            .limit(MAX_DRAWS)
            .filter(draw -> !known.contains(draw))
            .limit(bestFirst.size() < AT_RANDOM ? 1 : DRAWS)
            .toList();
    int good = (int) Math.ceil(GOOD_SHARE * bestFirst.size());
    double width = WIDTH * Math.pow(Math.max(1, bestFirst.size()), -0.2);
    return draws.stream()
        .map(draw -> new Rated(draw, promise(draw, bestFirst, good, width)))
        .max(Comparator.comparingDouble(Rated::promise))
        .map(Rated::settings);
  }

  private record Rated(Map<String, Object> settings, double promise) {}

  /** log l − log g. */
  private double promise(
      Map<String, Object> draw, List<Map<String, Object>> bestFirst, int good, double width) {
    List<Map<String, Object>> best = bestFirst.subList(0, good);
    List<Map<String, Object>> rest = bestFirst.subList(good, bestFirst.size());
    double promise = 0;
    for (String setting : space.values().keySet()) {
      promise +=
          Math.log(density(setting, draw, best, width))
              - Math.log(density(setting, draw, rest, width));
    }
    return promise;
  }

  private double density(
      String setting, Map<String, Object> draw, List<Map<String, Object>> tried, double width) {
    SearchSpace.Values values = space.values().get(setting);
    double sum = PRIOR;
    for (Map<String, Object> one : tried) {
      double apart = values.distance(draw.get(setting), one.get(setting)) / width;
      sum += Math.exp(-0.5 * apart * apart);
    }
    return sum / (PRIOR + tried.size());
  }
}
