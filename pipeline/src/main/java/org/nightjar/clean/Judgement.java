package org.nightjar.clean;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.nightjar.ingest.Ingested;
import org.nightjar.table.Attributes;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Rejects;

/**
 * Verdicts and mends that rows carry while they are judged: {@link #VERDICT}, a struct of rule,
 * action and detail, null while the row stands; {@link #MENDS}, an array of rule, detail and
 * column. The first rule that rejects a row decides its verdict. Rejected rows may gather mends;
 * nobody counts them.
 *
 * <p>Each new verdict names the one before it once only: Spark inlines these expressions where it
 * pushes filters down, and naming it twice would double them with every rule.
 */
final class Judgement {
  static final String VERDICT = "_verdict";
  static final String MENDS = "_mends";

  /** Within {@link #MENDS}: the column whose value was changed; null when they are several. */
  static final String COLUMN = "column";

  private static final String MEND_TYPE =
      "array<struct<%s:string,%s:string,%s:string>>"
          .formatted(Rejects.RULE, Rejects.DETAIL, COLUMN);
  private static final String VERDICT_TYPE =
      "struct<%s:string,%s:string,%s:string>"
          .formatted(Rejects.RULE, Rejects.ACTION, Rejects.DETAIL);
  private static final String ENTRY = "_entry";

  private Judgement() {}

  /** The rows, all of them standing. */
  static Dataset<Row> begin(Dataset<Row> rows) {
    return rows.withColumn(VERDICT, lit(null).cast(VERDICT_TYPE))
        .withColumn(MENDS, array().cast(MEND_TYPE));
  }

  /** Whether no rule has rejected the row. */
  static Column stands() {
    return col(VERDICT).isNull();
  }

  /** Drops standing rows of which a condition holds; null counts as false. */
  static Dataset<Row> drop(Dataset<Row> rows, String rule, Column when, Column detail) {
    return reject(rows, rule, Rejects.DROPPED, when, detail);
  }

  /** Drops or quarantines standing rows of which a condition holds; null counts as false. */
  static Dataset<Row> reject(
      Dataset<Row> rows, String rule, String action, Column when, Column detail) {
    Column verdict =
        struct(
            lit(rule).as(Rejects.RULE), lit(action).as(Rejects.ACTION), detail.as(Rejects.DETAIL));
    return rows.withColumn(VERDICT, coalesce(col(VERDICT), when(when, verdict)));
  }

  /** Gives a column another value in rows of which a condition holds; null counts as false. */
  static Dataset<Row> mend(
      Dataset<Row> rows, String rule, Column when, String column, Column value, Column detail) {
    return mend(rows, rule, when, Map.of(column, value), detail);
  }

  /** Gives several columns other values, as one mend; all are computed from the row as it was. */
  static Dataset<Row> mend(
      Dataset<Row> rows, String rule, Column when, Map<String, Column> values, Column detail) {
    Map<String, Column> changed = new LinkedHashMap<>();
    values.forEach((name, value) -> changed.put(name, when(when, value).otherwise(col(name))));
    String only = values.size() == 1 ? Attributes.name(values.keySet().iterator().next()) : null;
    Column mend =
        struct(
            lit(rule).as(Rejects.RULE),
            detail.as(Rejects.DETAIL),
            lit(only).cast("string").as(COLUMN));
    changed.put(
        MENDS, concat(col(MENDS), when(when, array(mend)).otherwise(array()).cast(MEND_TYPE)));
    return rows.withColumns(changed);
  }

  /**
   * Notes mends that were made before.
   *
   * @param array structs of {@link Rejects#DETAIL} and {@link #COLUMN}
   */
  static Dataset<Row> note(Dataset<Row> rows, String rule, Column array) {
    Column mends =
        transform(
            array,
            m ->
                struct(
                    lit(rule).as(Rejects.RULE),
                    m.getField(Rejects.DETAIL).as(Rejects.DETAIL),
                    m.getField(COLUMN).as(COLUMN)));
    return rows.withColumn(MENDS, concat(col(MENDS), mends));
  }

  /** A window over the standing rows that share some columns. */
  static WindowSpec among(Column... shared) {
    return Window.partitionBy(
        Stream.concat(Stream.of(shared), Stream.of(stands())).toArray(Column[]::new));
  }

  /** The rows that stand, without verdict and mends. */
  static Dataset<Row> standing(Dataset<Row> judged) {
    return judged.filter(stands());
  }

  /**
   * One row per rejected row, and per mend of a standing one, as {@link Rejects}.
   *
   * @param key the columns of the row key; it is empty when one of the first {@code required} is
   *     null
   */
  static Dataset<Row> rejects(Dataset<Row> judged, List<String> key, int required) {
    Column mended =
        transform(
            col(MENDS),
            m ->
                struct(
                    m.getField(Rejects.RULE).as(Rejects.RULE),
                    lit(Rejects.MENDED).as(Rejects.ACTION),
                    m.getField(Rejects.DETAIL).as(Rejects.DETAIL)));
    Column entries = when(stands(), mended).otherwise(array(col(VERDICT)));
    Dataset<Row> perEntry = judged.withColumn(ENTRY, explode(entries));
    return perEntry.select(
        col(Ingested.SOURCE).as(Rejects.SOURCE_TABLE),
        col(ENTRY).getField(Rejects.RULE).as(Rejects.RULE),
        col(ENTRY).getField(Rejects.ACTION).as(Rejects.ACTION),
        rowKey(key, required).as(Rejects.ROW_KEY),
        col(ENTRY).getField(Rejects.DETAIL).as(Rejects.DETAIL),
        sourceRow().as(Rejects.SOURCE_ROW));
  }

  /**
   * The key columns joined by a bar; empty for a malformed line and when one of the first {@code
   * required} is null.
   */
  static Column rowKey(List<String> key, int required) {
    Column complete =
        key.subList(0, required).stream()
            .map(k -> col(k).isNotNull())
            .reduce(col(Ingested.MALFORMED).isNull(), Column::and);
    Column[] parts = key.stream().map(k -> col(k).cast("string")).toArray(Column[]::new);
    return when(complete, concat_ws("|", parts)).otherwise(lit(""));
  }

  /** The mapped source columns as something to sort by, for rows of one source. */
  static Column sortableRow() {
    return map_values(col(Ingested.SOURCE_ROW));
  }

  /** The mapped source columns as JSON. */
  static Column sourceRow() {
    return to_json(col(Ingested.SOURCE_ROW), Map.of("ignoreNullFields", "false"));
  }

  /** One row per source row kept, per rejection and per mend: source, rule, action, column. */
  static Dataset<Row> entries(Dataset<Row> judged) {
    Column none = lit(null).cast("string").as(COLUMN);
    Column kept =
        struct(
            lit(CleanCounts.KEPT).as(CleanCounts.RULE),
            lit(CleanCounts.KEPT).as(CleanCounts.ACTION),
            none);
    Column mended =
        transform(
            col(MENDS),
            m ->
                struct(
                    m.getField(Rejects.RULE).as(CleanCounts.RULE),
                    lit(Rejects.MENDED).as(CleanCounts.ACTION),
                    m.getField(COLUMN).as(COLUMN)));
    Column rejected =
        struct(
            col(VERDICT).getField(Rejects.RULE).as(CleanCounts.RULE),
            col(VERDICT).getField(Rejects.ACTION).as(CleanCounts.ACTION),
            none);
    return judged
        .withColumn(
            ENTRY, explode(when(stands(), concat(array(kept), mended)).otherwise(array(rejected))))
        .withColumn(CleanCounts.SOURCE, col(Ingested.SOURCE))
        .withColumn(CleanCounts.RULE, col(ENTRY).getField(CleanCounts.RULE))
        .withColumn(CleanCounts.ACTION, col(ENTRY).getField(CleanCounts.ACTION))
        .withColumn(COLUMN, col(ENTRY).getField(COLUMN));
  }

  /**
   * By source and column, what was wrong with one of the values that some rules took away: {@code
   * _source}, {@link #COLUMN}, {@link Rejects#DETAIL}, the first one in alphabetical order.
   */
  static Dataset<Row> examples(Dataset<Row> judged, Collection<String> rules) {
    return standing(judged)
        .select(col(Ingested.SOURCE), explode(col(MENDS)).as(ENTRY))
        .select(col(Ingested.SOURCE), col(ENTRY + ".*"))
        .where(col(Rejects.RULE).isin(rules.toArray()))
        .groupBy(Ingested.SOURCE, COLUMN)
        .agg(min(Rejects.DETAIL).as(Rejects.DETAIL));
  }
}
