package org.nightjar.publish;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.hour;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log10;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.TimestampType;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.InputProfile;

/**
 * How values are distributed, in bins that do not depend on the data, so that two nights' bins are
 * the same: numbers by sign and eighths of a decade (a factor of 1.33), times by hour of the day
 * (of events) or year, category paths by their first name, texts by value. Only the commonest
 * values of a column have a bin of their own.
 */
public final class ColumnProfiles {
  /** Values with a bin of their own. */
  static final int MAX_BINS = 100;

  /** The bin of all other values. */
  static final String OTHER = "other values";

  private static final int BINS_PER_DECADE = 8;
  private static final String NO_VALUE = "no value";
  private static final String PLACE = "place";

  /** Standard deviations above the mean of χ² that count as beyond chance. */
  private static final double DEVIATIONS = 3;

  private ColumnProfiles() {}

  /**
   * The profile of some columns: {@link InputProfile#TABLE}.
   *
   * @param table name of the table, put before the column's
   * @param rows with at least the columns
   */
  public static Dataset<Row> of(String table, Dataset<Row> rows, Collection<String> columns) {
    Column[] binned =
        columns.stream()
            .map(
                column ->
                    struct(
                        lit(table + "." + Attributes.name(column)).as(InputProfile.COLUMN),
                        coalesce(bin(column, rows.schema().apply(column).dataType()), lit(NO_VALUE))
                            .as(InputProfile.BIN)))
            .toArray(Column[]::new);
    String pair = "pair";
    Column own = col(PLACE).leq(MAX_BINS);
    return rows.select(explode(array(binned)).as(pair))
        .select(pair + ".*")
        .groupBy(InputProfile.COLUMN, InputProfile.BIN)
        .agg(count(lit(1)).as(InputProfile.ROWS))
        .withColumn(
            PLACE,
            row_number()
                .over(
                    Window.partitionBy(InputProfile.COLUMN)
                        .orderBy(col(InputProfile.ROWS).desc(), col(InputProfile.BIN))))
        .groupBy(
            col(InputProfile.COLUMN),
            when(own, col(InputProfile.BIN)).otherwise(OTHER).as(InputProfile.BIN))
        .agg(sum(InputProfile.ROWS).as(InputProfile.ROWS));
  }

  private static Column bin(String name, DataType type) {
    Column value = col(name);
    if (type instanceof NumericType) {
      Column size = floor(log10(abs(value)).multiply(BINS_PER_DECADE)).cast("string");
      return when(value.equalTo(0), lit("0"))
          .when(value.lt(0), concat(lit("-"), size))
          .otherwise(size);
    }
    if (type instanceof TimestampType) {
      return name.equals(Events.EVENT_AT) ? hour(value).cast("string") : date_format(value, "yyyy");
    }
    if (type instanceof ArrayType) {
      return when(size(value).gt(0), element_at(value, 1).cast("string"));
    }
    return type instanceof BooleanType ? value.cast("string") : value;
  }

  /**
   * How far a column has moved.
   *
   * @param column table and column
   * @param psi population stability index Σ (p − q) · ln(p / q) over the bins, p and q the shares
   *     of tonight and of last time, half a row added to each bin
   * @param chance what the index reaches by chance: with B bins it is about (1/n + 1/m) · χ² with B
   *     − 1 degrees of freedom (B. Yurdakul, Statistical Properties of Population Stability Index,
   *     2018); this is its mean and three standard deviations
   */
  public record Drift(String column, double psi, double chance) {}

  /**
   * The drift of every column that both profiles have, by column.
   *
   * @param now {@link InputProfile#TABLE}
   * @param last the same of an earlier night
   */
  public static List<Drift> drift(Dataset<Row> now, Dataset<Row> last) {
    Map<String, Map<String, Long>> before = byColumn(last);
    List<Drift> drifts = new ArrayList<>();
    byColumn(now)
        .forEach(
            (column, bins) -> {
              if (before.containsKey(column)) {
                drifts.add(drift(column, bins, before.get(column)));
              }
            });
    return drifts;
  }

  /** A value that had no bin last time counts among the other values. */
  private static Drift drift(String column, Map<String, Long> now, Map<String, Long> last) {
    Map<String, Long> shown = new TreeMap<>();
    now.forEach((bin, rows) -> shown.merge(last.containsKey(bin) ? bin : OTHER, rows, Long::sum));
    TreeSet<String> bins = new TreeSet<>(last.keySet());
    bins.addAll(shown.keySet());
    double n = shown.values().stream().mapToLong(rows -> rows).sum();
    double m = last.values().stream().mapToLong(rows -> rows).sum();
    double psi = 0;
    for (String bin : bins) {
      double p = (shown.getOrDefault(bin, 0L) + 0.5) / (n + 0.5 * bins.size());
      double q = (last.getOrDefault(bin, 0L) + 0.5) / (m + 0.5 * bins.size());
      psi += (p - q) * Math.log(p / q);
    }
    double freedom = bins.size() - 1;
    double chance = (1 / n + 1 / m) * (freedom + DEVIATIONS * Math.sqrt(2 * freedom));
    return new Drift(column, psi, chance);
  }

  private static Map<String, Map<String, Long>> byColumn(Dataset<Row> profile) {
    Map<String, Map<String, Long>> columns = new TreeMap<>();
    for (Row row : InputProfile.TABLE.conform(profile).collectAsList()) {
      columns
          .computeIfAbsent(row.getString(0), column -> new TreeMap<>())
          .put(row.getString(1), row.getLong(2));
    }
    return columns;
  }
}
