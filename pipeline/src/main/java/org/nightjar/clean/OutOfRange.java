package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.CleanSettings.OutOfBounds;
import org.nightjar.config.CleanSettings.Range;
import org.nightjar.table.Attributes;

/**
 * Values outside their permitted range: the row is dropped, the value capped at the nearer end, or
 * nulled. Null is in range.
 *
 * @param ranges by column; they act in alphabetical order
 * @param exempt rows that the rule leaves alone
 */
record OutOfRange(Map<String, Range> ranges, Column exempt) implements Rule {
  static final String NAME = "out-of-range";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Dataset<Row> rows = judged;
    for (Map.Entry<String, Range> entry : byName(ranges).entrySet()) {
      rows = apply(rows, entry.getKey(), entry.getValue());
    }
    return rows;
  }

  /** By column, in the alphabetical order of what people call them. */
  static <T> SortedMap<String, T> byName(Map<String, T> byColumn) {
    SortedMap<String, T> sorted = new TreeMap<>(Comparator.comparing(Attributes::name));
    sorted.putAll(byColumn);
    return sorted;
  }

  private Dataset<Row> apply(Dataset<Row> judged, String column, Range range) {
    Column value = col(column);
    Column low = range.min() == null ? lit(false) : value.lt(range.min());
    if (range.minExclusive()) {
      low = value.leq(range.min());
    }
    Column high = range.max() == null ? lit(false) : value.gt(range.max());
    Column outside = exempt.unary_$bang().and(low.or(high));
    Column capped = when(low, lit(range.min())).otherwise(lit(range.max())).cast("double");
    String permitted =
        ", permitted: "
            + (range.min() == null ? "" : (range.minExclusive() ? "> " : ">= ") + range.min())
            + (range.min() != null && range.max() != null ? " and " : "")
            + (range.max() == null ? "" : "<= " + range.max());
    return act(judged, NAME, range.action(), column, outside, capped, permitted);
  }

  /** Drops the rows, caps the values or nulls them, as the action says. */
  static Dataset<Row> act(
      Dataset<Row> judged,
      String rule,
      OutOfBounds action,
      String column,
      Column outside,
      Column capped,
      String permitted) {
    Column detail =
        concat(lit(Attributes.name(column) + " is "), col(column).cast("string"), lit(permitted));
    return switch (action) {
      case DROP -> Judgement.drop(judged, rule, outside, detail);
      case CAP -> Judgement.mend(judged, rule, outside, column, capped, detail);
      case NULL -> Judgement.mend(judged, rule, outside, column, lit(null).cast("double"), detail);
    };
  }
}
