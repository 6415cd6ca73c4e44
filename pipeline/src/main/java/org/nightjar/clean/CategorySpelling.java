package org.nightjar.clean;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.upper;
import static org.apache.spark.sql.functions.when;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.Attribute;
import org.nightjar.table.Attributes;

/**
 * One spelling per category: blanks at the ends go, blanks inside become one, letters are folded as
 * configured, synonyms take the value that they stand for, and markers of missing values become
 * null. Synonyms, markers and an ordinal's values are compared in folded spelling; an ordinal's
 * values come out as its order writes them. Then a value outside an ordinal's order becomes null,
 * under {@link #UNKNOWN}.
 */
record CategorySpelling(Map<String, Attribute> attributes) implements Rule {
  static final String NAME = "category-spelling";
  static final String UNKNOWN = "unknown-category";

  @Override
  public Dataset<Row> apply(Dataset<Row> judged) {
    Dataset<Row> rows = judged;
    for (Map.Entry<String, Attribute> entry : attributes.entrySet()) {
      if (entry.getValue().isCategorical()) {
        rows = apply(rows, entry.getKey(), entry.getValue());
      }
    }
    return rows;
  }

  private static Dataset<Row> apply(Dataset<Row> judged, String column, Attribute attribute) {
    Column value = col(column);
    Column spelled = spelled(value, attribute);
    Dataset<Row> rows =
        Judgement.mend(
            judged,
            NAME,
            value.isNotNull().and(value.eqNullSafe(spelled).unary_$bang()),
            column,
            spelled,
            told(column, concat(lit("now "), coalesce(spelled, lit("missing")))));
    if (attribute.type() == Attribute.Type.ORDINAL) {
      rows =
          Judgement.mend(
              rows,
              UNKNOWN,
              value.isin(attribute.order().toArray()).unary_$bang(),
              column,
              lit(null).cast("string"),
              told(column, lit("not in its order, now missing")));
    }
    return rows;
  }

  private static Column told(String column, Column outcome) {
    return concat(lit(Attributes.name(column) + " is '"), col(column), lit("', "), outcome);
  }

  private static Column spelled(Column value, Attribute attribute) {
    Column folded = fold(trim(regexp_replace(value, "[\\s\\u00a0]+", " ")), attribute);
    Map<String, String> meanings = new LinkedHashMap<>();
    attribute.order().forEach(o -> meanings.put(fold(o, attribute), o));
    attribute.synonyms().forEach((from, to) -> meanings.put(fold(from, attribute), to));
    Column meant = folded;
    if (!meanings.isEmpty()) {
      Column[] entries =
          meanings.entrySet().stream()
              .flatMap(e -> List.of(lit(e.getKey()), lit(e.getValue())).stream())
              .toArray(Column[]::new);
      meant = coalesce(try_element_at(map(entries), folded), folded);
    }
    Object[] markers = attribute.missing().stream().map(m -> fold(m, attribute)).toArray();
    Column missing = folded.equalTo("");
    return markers.length == 0
        ? when(missing.unary_$bang(), meant)
        : when(missing.or(folded.isin(markers)).unary_$bang(), meant);
  }

  private static Column fold(Column text, Attribute attribute) {
    return switch (attribute.letterCase()) {
      case AS_IS -> text;
      case LOWER -> lower(text);
      case UPPER -> upper(text);
    };
  }

  private static String fold(String text, Attribute attribute) {
    String single = text.strip().replaceAll("\\s+", " ");
    return switch (attribute.letterCase()) {
      case AS_IS -> single;
      case LOWER -> single.toLowerCase(Locale.ROOT);
      case UPPER -> single.toUpperCase(Locale.ROOT);
    };
  }
}
