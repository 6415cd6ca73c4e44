package org.nightjar.clean;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.nightjar.Histogram;
import org.nightjar.config.Attribute;
import org.nightjar.table.Attributes;

/**
 * Fills missing attribute values of standing source rows: with the median (numbers as {@link
 * Histogram} rounds them; of an ordinal, the lower middle value), the most frequent value (ties:
 * the smallest as text), or a constant. An attribute without any value stays missing; one whose
 * imputation is {@code unknown} is left alone, and so are users and items that no source describes.
 *
 * @param attributes by column; they act in alphabetical order
 */
record Imputation(Map<String, Attribute> attributes) implements Rule {
  static final String NAME = "imputed";
  private static final String COLUMN = "column";
  private static final String VALUE = "value";
  private static final String ROWS = "rows";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Dataset<Row> standing = Judgement.standing(judged);
    Map<String, Object> fills = new TreeMap<>();
    modes(standing, named(Attribute.Impute.MODE)).forEach(fills::put);
    List<String> medians = named(Attribute.Impute.MEDIAN);
    List<String> ordinals =
        medians.stream().filter(c -> attributes.get(c).type() == Attribute.Type.ORDINAL).toList();
    List<String> numbers = medians.stream().filter(c -> !ordinals.contains(c)).toList();
    Histogram.of(standing, numbers)
        .forEach(
            (column, h) -> {
              if (h.size() > 0) {
                fills.put(column, h.quantile(0.5));
              }
            });
    fills.putAll(ordinalMedians(standing, ordinals));
    named(Attribute.Impute.CONSTANT).forEach(c -> fills.put(c, attributes.get(c).constant()));

    Dataset<Row> rows = judged;
    for (Map.Entry<String, Object> fill : fills.entrySet()) {
      String column = fill.getKey();
      rows =
          Judgement.mend(
              rows,
              NAME,
              col(column).isNull(),
              column,
              lit(fill.getValue()).cast(judged.schema().apply(column).dataType()),
              lit(
                  Attributes.name(column)
                      + " is missing, now "
                      + fill.getValue()
                      + " ("
                      + attributes.get(column).impute()
                      + ")"));
    }
    return rows;
  }

  private List<String> named(Attribute.Impute impute) {
    return attributes.entrySet().stream()
        .filter(e -> e.getValue().impute() == impute)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Number of rows per column and value, values as text. */
  private static Dataset<Row> rowsPerValue(Dataset<Row> rows, List<String> columns) {
    Column[] cells =
        columns.stream()
            .map(c -> struct(lit(c).as(COLUMN), col(c).cast(DataTypes.StringType).as(VALUE)))
            .toArray(Column[]::new);
    return rows.select(explode(array(cells)).as(VALUE))
        .select(VALUE + ".*")
        .filter(col(VALUE).isNotNull())
        .groupBy(COLUMN, VALUE)
        .agg(count(lit(1)).as(ROWS));
  }

  private static Map<String, String> modes(Dataset<Row> rows, List<String> columns) {
    if (columns.isEmpty()) {
      return Map.of();
    }
    Column fewestFirst = struct(col(ROWS).unary_$minus().as(ROWS), col(VALUE).as(VALUE));
    return rowsPerValue(rows, columns)
        .groupBy(COLUMN)
        .agg(min(fewestFirst).getField(VALUE).as(VALUE))
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(r -> r.getString(0), r -> r.getString(1)));
  }

  private Map<String, String> ordinalMedians(Dataset<Row> rows, List<String> columns) {
    Map<String, Map<String, Long>> counts = new HashMap<>();
    if (!columns.isEmpty()) {
      // No more values than the orders name: the others became null before.
      rowsPerValue(rows, columns)
          .collectAsList()
          .forEach(
              r ->
                  counts
                      .computeIfAbsent(r.getString(0), c -> new HashMap<>())
                      .put(r.getString(1), r.getLong(2)));
    }
    Map<String, String> medians = new HashMap<>();
    counts.forEach(
        (column, rowsPer) -> {
          long middle = (rowsPer.values().stream().mapToLong(Long::longValue).sum() - 1) / 2;
          long passed = 0;
          for (String value : attributes.get(column).order()) {
            passed += rowsPer.getOrDefault(value, 0L);
            if (middle < passed) {
              medians.put(column, value);
              break;
            }
          }
        });
    return medians;
  }
}
