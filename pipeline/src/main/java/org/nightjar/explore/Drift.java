package org.nightjar.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nightjar.Histogram;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/**
 * How far the distributions have moved since the release before: the population stability index Σ
 * (a − b) · ln(a / b) over the shares a of tonight and b of then, shares below {@value
 * #LEAST_SHARE} taken as that. Below 0.1 counts as stable, above 0.25 as a shift. Numbers are
 * counted in the bins of then.
 */
final class Drift {
  static final String PSI = "psi";
  static final String NEW_LEVEL = "new_level";
  static final String GONE_LEVEL = "gone_level";
  private static final double LEAST_SHARE = 1e-4;
  private static final int MAX_LEVELS = 10;

  private Drift() {}

  /**
   * One {@link #PSI} per subject that both nights have, and up to ten levels that are new and ten
   * that are gone; a level counts as new only if the other night named all of its levels.
   *
   * @param tonight figures of {@link Section#DISTRIBUTION}
   * @param histograms tonight's, by subject of numeric distributions
   * @param before all figures of the release before
   */
  static List<Figure> of(
      List<Figure> tonight, Map<String, Histogram> histograms, List<Figure> before) {
    Map<String, List<Figure>> then =
        before.stream()
            .filter(figure -> figure.section().equals(Section.DISTRIBUTION))
            .collect(Collectors.groupingBy(Figure::subject));
    Map<String, List<Figure>> now =
        tonight.stream()
            .collect(
                Collectors.groupingBy(Figure::subject, LinkedHashMap::new, Collectors.toList()));
    List<Figure> drift = new ArrayList<>();
    now.forEach(
        (subject, figures) -> {
          if (then.containsKey(subject)) {
            List<Figure> old = then.get(subject);
            drift.add(figure(subject, PSI, 0, "", psi(figures, histograms.get(subject), old)));
            drift.addAll(levels(subject, NEW_LEVEL, figures, old));
            drift.addAll(levels(subject, GONE_LEVEL, old, figures));
          }
        });
    return drift;
  }

  private static double psi(List<Figure> figures, Histogram histogram, List<Figure> before) {
    Map<String, Double> then = new LinkedHashMap<>();
    before.forEach(figure -> then.merge(place(figure), figure.value(), Double::sum));
    Map<String, Double> now = new HashMap<>();
    List<Figure> bins = before.stream().filter(f -> f.series().equals(Section.BIN)).toList();
    if (histogram != null && !bins.isEmpty()) {
      long[] counts = Bins.of(bins).count(histogram);
      for (int at = 0; at < counts.length; at++) {
        now.put(place(bins.get(at)), (double) counts[at]);
      }
    }
    figures.stream()
        .filter(figure -> now.isEmpty() || !figure.series().equals(Section.BIN))
        .forEach(figure -> now.merge(place(figure), figure.value(), Double::sum));
    Set<String> places = new LinkedHashSet<>(then.keySet());
    figures.stream().map(Drift::place).filter(now::containsKey).forEach(places::add);
    double allNow = now.values().stream().mapToDouble(v -> v).sum();
    double allThen = then.values().stream().mapToDouble(v -> v).sum();
    double psi = 0;
    for (String place : places) {
      double a = share(now.getOrDefault(place, 0.0), allNow);
      double b = share(then.getOrDefault(place, 0.0), allThen);
      psi += (a - b) * Math.log(a / b);
    }
    return psi;
  }

  private static double share(double part, double whole) {
    return Math.max(LEAST_SHARE, whole == 0 ? 0 : part / whole);
  }

  private static String place(Figure figure) {
    return figure.series() + "\0" + figure.label();
  }

  private static List<Figure> levels(
      String subject, String measure, List<Figure> of, List<Figure> without) {
    boolean whole = without.stream().noneMatch(f -> f.series().equals(Section.OTHER));
    Set<String> known = without.stream().map(Drift::place).collect(Collectors.toSet());
    List<Figure> found = new ArrayList<>();
    of.stream()
        .filter(f -> whole && f.series().equals(Section.LEVEL) && !known.contains(place(f)))
        .limit(MAX_LEVELS)
        .forEach(f -> found.add(figure(subject, measure, found.size(), f.label(), f.value())));
    return found;
  }

  private static Figure figure(String subject, String measure, int at, String label, double value) {
    return Figure.of(Section.DRIFT, subject, "", measure, "", at, label, value);
  }
}
