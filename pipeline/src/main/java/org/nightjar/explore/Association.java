package org.nightjar.explore;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/**
 * A test whether two things of a user have to do with each other, with the size of the effect: with
 * many users the smallest effect is significant, so the size is what counts.
 *
 * @param test {@link #CHI_SQUARE} or {@link #KRUSKAL}
 * @param statistic χ², or H corrected for ties
 * @param degrees degrees of freedom
 * @param pValue chance of such a statistic if they had nothing to do with each other
 * @param effect Cramér's V, or ε²; from 0 (nothing) to 1
 * @param users number of users
 */
record Association(
    String test, double statistic, int degrees, double pValue, double effect, long users) {
  static final String CHI_SQUARE = "chi_square";
  static final String KRUSKAL = "kruskal";

  /**
   * Pearson's test of independence. V = √(χ² / (n · (min(rows, columns) − 1))) (Cramér 1946). Null
   * when fewer than two rows or columns have counts.
   */
  static Association chiSquare(long[][] counts) {
    long[][] table = withoutEmpty(transposed(withoutEmpty(transposed(counts))));
    if (table.length < 2 || table[0].length < 2) {
      return null;
    }
    long users = 0;
    for (long[] line : table) {
      for (long count : line) {
        users += count;
      }
    }
    double statistic = new ChiSquareTest().chiSquare(table);
    int degrees = (table.length - 1) * (table[0].length - 1);
    int least = Math.min(table.length, table[0].length) - 1;
    double effect = Math.sqrt(statistic / (users * (double) least));
    return new Association(
        CHI_SQUARE, statistic, degrees, tail(statistic, degrees), Math.min(1, effect), users);
  }

  /**
   * Kruskal and Wallis's rank test (1952) of a number over groups: H = 12/(n(n+1)) Σ Rᵢ²/nᵢ −
   * 3(n+1), divided by 1 − Σ(t³ − t)/(n³ − n) for ties; ε² = H/(n − 1). Null when fewer than two
   * groups have values, or all values are the same.
   *
   * @param groups how often each value occurs, by group
   */
  static Association kruskal(List<? extends Map<Double, Long>> groups) {
    SortedMap<Double, Long> all = new TreeMap<>();
    groups.forEach(group -> group.forEach((value, n) -> all.merge(value, n, Long::sum)));
    double n = all.values().stream().mapToLong(Long::longValue).sum();
    Map<Double, Double> ranks = new TreeMap<>();
    double passed = 0;
    double ties = 0;
    for (Map.Entry<Double, Long> entry : all.entrySet()) {
      double t = entry.getValue();
      ranks.put(entry.getKey(), passed + (t + 1) / 2);
      passed += t;
      ties += t * t * t - t;
    }
    double squares = 0;
    int filled = 0;
    for (Map<Double, Long> group : groups) {
      double size = group.values().stream().mapToLong(Long::longValue).sum();
      if (size > 0) {
        double ofGroup = 0;
        for (Map.Entry<Double, Long> entry : group.entrySet()) {
          ofGroup += ranks.get(entry.getKey()) * entry.getValue();
        }
        squares += ofGroup * ofGroup / size;
        filled++;
      }
    }
    if (filled < 2 || all.size() < 2) {
      return null;
    }
    double corrected = (12 / (n * (n + 1)) * squares - 3 * (n + 1)) / (1 - ties / (n * n * n - n));
    double statistic = Math.max(0, corrected);
    return new Association(
        KRUSKAL,
        statistic,
        filled - 1,
        tail(statistic, filled - 1),
        Math.min(1, statistic / (n - 1)),
        (long) n);
  }

  /** As figures: one per number, the test in the series. */
  List<Figure> figures(String subject, String against) {
    return List.of(
        figure(subject, against, "statistic", 0, statistic),
        figure(subject, against, "degrees", 1, degrees),
        figure(subject, against, "p_value", 2, pValue),
        figure(subject, against, "effect", 3, effect),
        figure(subject, against, "users", 4, (double) users));
  }

  private Figure figure(String subject, String against, String measure, int at, double value) {
    return Figure.of(Section.ASSOCIATION, subject, against, measure, test, at, "", value);
  }

  private static double tail(double statistic, int degrees) {
    return 1 - new ChiSquaredDistribution(null, degrees).cumulativeProbability(statistic);
  }

  private static long[][] withoutEmpty(long[][] table) {
    return java.util.Arrays.stream(table)
        .filter(line -> java.util.Arrays.stream(line).anyMatch(count -> count > 0))
        .toArray(long[][]::new);
  }

  private static long[][] transposed(long[][] table) {
    int width = table.length == 0 ? 0 : table[0].length;
    long[][] turned = new long[width][table.length];
    for (int line = 0; line < table.length; line++) {
      for (int column = 0; column < width; column++) {
        turned[column][line] = table[line][column];
      }
    }
    return turned;
  }
}
