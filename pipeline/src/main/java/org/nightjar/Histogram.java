package org.nightjar;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log10;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.rint;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How often each value of a numeric column occurs, values rounded to {@value #DIGITS} significant
 * digits: at most 18,000 values per power of ten, whatever the number of rows, and the same
 * whatever their order. Quantiles are exact up to that rounding.
 */
public final class Histogram {
  private static final int DIGITS = 4;
  private static final double NEAR_ZERO = 1e-300;
  private static final String COLUMN = "column";
  private static final String VALUE = "value";
  private static final String ROWS = "rows";

  private final TreeMap<Double, Long> counts;
  private final long size;

  /** From rounded values and how often each occurs. */
  public Histogram(Map<Double, Long> counts) {
    this.counts = new TreeMap<>(counts);
    this.size = counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The histograms of some columns, in one pass; null values are left out. */
  public static Map<String, Histogram> of(Dataset<Row> rows, List<String> columns) {
    Map<String, Map<Double, Long>> counts = new HashMap<>();
    columns.forEach(c -> counts.put(c, new HashMap<>()));
    if (!columns.isEmpty()) {
      Column[] cells =
          columns.stream()
              .map(c -> struct(lit(c).as(COLUMN), rounded(col(c)).as(VALUE)))
              .toArray(Column[]::new);
      List<Row> found =
          rows.select(explode(array(cells)).as(VALUE))
              .select(VALUE + ".*")
              .filter(col(VALUE).isNotNull())
              .groupBy(COLUMN, VALUE)
              .agg(count(lit(1)).as(ROWS))
              .collectAsList();
      found.forEach(r -> counts.get(r.getString(0)).put(r.getDouble(1), r.getLong(2)));
    }
    Map<String, Histogram> histograms = new HashMap<>();
    counts.forEach((column, c) -> histograms.put(column, new Histogram(c)));
    return histograms;
  }

  /** A value rounded to {@value #DIGITS} significant digits. */
  public static Column rounded(Column value) {
    return rounded(value, DIGITS);
  }

  /** A value rounded to so many significant digits. */
  public static Column rounded(Column value, int digits) {
    Column scale = pow(lit(10.0), lit(digits - 1.0).minus(floor(log10(abs(value)))));
    return when(abs(value).lt(NEAR_ZERO), lit(0.0))
        .otherwise(rint(value.multiply(scale)).divide(scale));
  }

  /** How often each rounded value occurs, ascending. */
  public SortedMap<Double, Long> counts() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /** Number of values. */
  public long size() {
    return size;
  }

  /** The p-quantile, linear between neighbours: the value at position p · (n − 1) of the sorted. */
  public double quantile(double p) {
    double position = p * (size - 1);
    long below = (long) Math.floor(position);
    double low = at(below);
    double high = at(Math.min(below + 1, size - 1));
    return low + (position - below) * (high - low);
  }

  private double at(long position) {
    long passed = 0;
    for (Map.Entry<Double, Long> entry : counts.entrySet()) {
      passed += entry.getValue();
      if (position < passed) {
        return entry.getKey();
      }
    }
    return counts.lastKey();
  }

  /** Arithmetic mean. */
  public double mean() {
    double sum = 0;
    for (Map.Entry<Double, Long> entry : counts.entrySet()) {
      sum += entry.getKey() * entry.getValue();
    }
    return sum / size;
  }

  /** Standard deviation of the whole (divided by n). */
  public double deviation() {
    double mean = mean();
    double sum = 0;
    for (Map.Entry<Double, Long> entry : counts.entrySet()) {
      double difference = entry.getKey() - mean;
      sum += difference * difference * entry.getValue();
    }
    return Math.sqrt(sum / size);
  }
}
