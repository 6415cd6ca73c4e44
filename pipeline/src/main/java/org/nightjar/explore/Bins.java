package org.nightjar.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.nightjar.Histogram;
import org.nightjar.NumberText;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;

/**
 * Edges of the bins in which a numeric column is drawn, ascending; bin {@code i} holds the values
 * from {@code edges[i]} (included) to {@code edges[i + 1]}, the first and the last one all beyond.
 * Few different values get a bin each; a heavy tail gets bins that are equally wide on a
 * logarithmic axis; everything else gets bins of one round width.
 */
record Bins(double[] edges) {
  private static final int MAX_SINGLE_VALUES = 25;
  private static final int MOST_LINEAR = 40;
  private static final double HEAVY = 8;
  private static final double TAIL = 0.001;

  /** Bins for the values of a histogram, which must not be empty. */
  static Bins of(Histogram values) {
    if (values.counts().size() <= MAX_SINGLE_VALUES) {
      return single(List.copyOf(values.counts().keySet()));
    }
    double low = values.quantile(TAIL);
    double high = values.quantile(1 - TAIL);
    double median = values.quantile(0.5);
    boolean positive = values.counts().firstKey() >= 0 && median > 0;
    return positive && high / median > HEAVY ? logarithmic(values, high) : linear(low, high);
  }

  /** The bins in which another night drew, from its figures in order of position. */
  static Bins of(List<Figure> bins) {
    return new Bins(
        DoubleStream.concat(
                bins.stream().mapToDouble(Figure::low),
                DoubleStream.of(bins.get(bins.size() - 1).high()))
            .toArray());
  }

  private static Bins single(List<Double> values) {
    double gap = 1;
    for (int at = 1; at < values.size(); at++) {
      double distance = values.get(at) - values.get(at - 1);
      gap = at == 1 ? distance : Math.min(gap, distance);
    }
    double[] edges = new double[values.size() + 1];
    for (int at = 0; at < values.size(); at++) {
      edges[at] = values.get(at);
    }
    edges[values.size()] = values.get(values.size() - 1) + gap;
    return new Bins(edges);
  }

  private static Bins linear(double low, double high) {
    double width = roundWidth(Math.max((high - low) / MOST_LINEAR, Double.MIN_NORMAL));
    long first = (long) Math.floor(low / width);
    long last = (long) Math.floor(high / width) + 1;
    int bins = (int) Math.min(last - first, 2L * MOST_LINEAR);
    double[] edges = new double[bins + 1];
    for (int at = 0; at <= bins; at++) {
      edges[at] = shortened((first + at) * width);
    }
    return new Bins(edges);
  }

  /** Ten to a power of ten, fewer where the values span many; zero falls into the first bin. */
  private static Bins logarithmic(Histogram values, double high) {
    double smallest =
        values.counts().keySet().stream().filter(value -> value > 0).findFirst().orElse(1.0);
    double low = Math.max(smallest, values.quantile(TAIL));
    double decades = Math.log10(high / low);
    int each = decades <= 5 ? 10 : decades <= 10 ? 5 : decades <= 30 ? 2 : 1;
    long first = (long) Math.floor(Math.log10(low) * each);
    long last = (long) Math.floor(Math.log10(high) * each) + 1;
    int bins = (int) Math.min(last - first, 2L * MOST_LINEAR);
    boolean zero = values.counts().firstKey() == 0;
    List<Double> edges = new ArrayList<>();
    if (zero) {
      edges.add(0.0);
    }
    for (int at = 0; at <= bins; at++) {
      edges.add(shortened(Math.pow(10, (double) (first + at) / each)));
    }
    return new Bins(edges.stream().mapToDouble(edge -> edge).toArray());
  }

  /** The smallest of 1, 2, 5 times a power of ten that is not below. */
  private static double roundWidth(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double times : new double[] {1, 2, 5}) {
      if (times * power >= least) {
        return times * power;
      }
    }
    return 10 * power;
  }

  /** Four significant digits, so that labels stay short and edges are the same every night. */
  private static double shortened(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.3e", value));
  }

  int size() {
    return edges.length - 1;
  }

  /** How many values of the histogram fall into each bin. */
  long[] count(Histogram values) {
    long[] counts = new long[size()];
    for (Map.Entry<Double, Long> entry : values.counts().entrySet()) {
      counts[bin(entry.getKey())] += entry.getValue();
    }
    return counts;
  }

  private int bin(double value) {
    int at = 0;
    while (at < size() - 1 && value >= edges[at + 1]) {
      at++;
    }
    return at;
  }

  /** The distribution as figures, one per bin. */
  List<Figure> figures(String subject, String measure, Histogram values) {
    boolean single = values.counts().size() <= MAX_SINGLE_VALUES;
    long[] counts = count(values);
    List<Figure> figures = new ArrayList<>();
    for (int at = 0; at < size(); at++) {
      String label =
          single
              ? NumberText.of(edges[at])
              : NumberText.of(edges[at]) + " – " + NumberText.of(edges[at + 1]);
      figures.add(
          new Figure(
              Section.DISTRIBUTION,
              subject,
              "",
              measure,
              Section.BIN,
              at,
              label,
              edges[at],
              edges[at + 1],
              (double) counts[at]));
    }
    return figures;
  }
}
