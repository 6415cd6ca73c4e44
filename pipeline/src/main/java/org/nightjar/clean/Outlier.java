package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Histogram;
import org.nightjar.config.CleanSettings.Outliers;

/**
 * Statistical outliers among the standing rows: beyond the quartiles by more than factor · IQR, or
 * beyond the mean by more than factor standard deviations, on values rounded as {@link Histogram}
 * does. A column with fewer than {@value #LEAST_VALUES} values or without spread has none.
 *
 * @param outliers by column; they act in alphabetical order
 */
record Outlier(Map<String, Outliers> outliers) implements Rule {
  static final String NAME = "outlier";
  private static final int LEAST_VALUES = 4;

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Dataset<Row> rows = judged;
    Map<String, Histogram> histograms =
        Histogram.of(Judgement.standing(judged), List.copyOf(outliers.keySet()));
    for (Map.Entry<String, Outliers> entry : OutOfRange.byName(outliers).entrySet()) {
      rows = apply(rows, entry.getKey(), entry.getValue(), histograms.get(entry.getKey()));
    }
    return rows;
  }

  private static Dataset<Row> apply(
      Dataset<Row> judged, String column, Outliers rule, Histogram histogram) {
    if (histogram.size() < LEAST_VALUES) {
      return judged;
    }
    double center;
    double spread;
    double low;
    double high;
    switch (rule.method()) {
      case IQR -> {
        low = histogram.quantile(0.25);
        high = histogram.quantile(0.75);
        spread = high - low;
      }
      case ZSCORE -> {
        center = histogram.mean();
        spread = histogram.deviation();
        low = center;
        high = center;
      }
      default -> throw new IllegalStateException("unknown method " + rule.method());
    }
    if (spread == 0) {
      return judged;
    }
    low -= rule.factor() * spread;
    high += rule.factor() * spread;
    Column value = col(column);
    Column capped = when(value.lt(low), lit(low)).otherwise(lit(high));
    return OutOfRange.act(
        judged,
        NAME,
        rule.action(),
        column,
        value.lt(low).or(value.gt(high)),
        capped,
        String.format(
            Locale.ROOT,
            ", permitted by %s and factor %s: %s to %s",
            rule.method(),
            rule.factor(),
            low,
            high));
  }
}
