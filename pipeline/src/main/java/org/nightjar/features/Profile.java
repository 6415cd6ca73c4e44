package org.nightjar.features;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.stddev_pop;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.nightjar.config.Attribute;
import org.nightjar.config.FeatureSettings.Scaling;
import org.nightjar.table.Attributes;
import org.nightjar.table.UserFeatures;

/**
 * Profile attributes as numbers: categorical ones one-hot over their {@link Levels}, ordinal ones
 * as place in the declared order, numeric ones scaled, times as age; each with an indicator of
 * missing values. Text is left out.
 *
 * @param fields the columns, in order
 * @param columns their expressions over the users
 */
record Profile(List<StructField> fields, List<Column> columns) {

  /**
   * Encodes the attributes; one pass over the users finds the figures that scaling needs.
   *
   * @param levels of the categorical ones, by name
   */
  static Profile of(
      Dataset<Row> users,
      Map<String, Attribute> attributes,
      Map<String, Levels> levels,
      Scaling scaling,
      AsOf asOf) {
    Profile profile = new Profile(new ArrayList<>(), new ArrayList<>());
    Map<String, double[]> shiftAndWidth = shiftAndWidth(users, attributes, scaling);
    attributes.forEach(
        (name, attribute) -> {
          Column value = col(Attributes.column(name));
          switch (attribute.type()) {
            case CATEGORICAL -> {
              profile.add(UserFeatures.oneHot(name), oneHot(value, levels.get(name)));
              profile.add(UserFeatures.missing(name), value.isNull());
            }
            case ORDINAL -> {
              Column index = Levels.place(attribute.order(), value);
              profile.add(UserFeatures.index(name), index);
              profile.add(UserFeatures.missing(name), index.isNull());
            }
            case NUMERIC -> {
              double[] figures = shiftAndWidth.get(name);
              Column scaled =
                  figures == null
                      ? value.cast("double")
                      : round(value.minus(figures[0]).divide(lit(figures[1])), 9);
              profile.add(UserFeatures.scaled(name), scaled);
              profile.add(UserFeatures.missing(name), value.isNull());
            }
            case TIMESTAMP -> {
              Column age = when(value.lt(lit(asOf.cutoff())), asOf.daysSince(value));
              profile.add(UserFeatures.ageDays(name), age);
              profile.add(UserFeatures.missing(name), age.isNull());
            }
            case TEXT -> {}
          }
        });
    return profile;
  }

  private void add(StructField field, Column column) {
    fields.add(field);
    columns.add(column.as(field.name()));
  }

  private static Column oneHot(Column value, Levels levels) {
    int size = levels.values().size();
    UDF1<Integer, Vector> vector =
        place ->
            place == null
                ? Vectors.sparse(size, new int[0], new double[0])
                : Vectors.sparse(size, new int[] {place}, new double[] {1});
    return udf(vector, SQLDataTypes.VectorType())
        .apply(Levels.place(levels.values(), levels.folded(value)));
  }

  /** By numeric attribute: what is taken off, and what the rest is divided by. */
  private static Map<String, double[]> shiftAndWidth(
      Dataset<Row> users, Map<String, Attribute> attributes, Scaling scaling) {
    List<String> numeric =
        attributes.entrySet().stream()
            .filter(entry -> entry.getValue().type() == Attribute.Type.NUMERIC)
            .map(Map.Entry::getKey)
            .toList();
    Map<String, double[]> figures = new LinkedHashMap<>();
    if (numeric.isEmpty() || scaling == Scaling.NONE) {
      return figures;
    }
    List<Column> asked = new ArrayList<>();
    for (String name : numeric) {
      Column value = col(Attributes.column(name)).cast("double");
      asked.add(scaling == Scaling.MIN_MAX ? min(value) : avg(value));
      asked.add(scaling == Scaling.MIN_MAX ? max(value).minus(min(value)) : stddev_pop(value));
    }
    Row found = users.agg(functions.count(lit(1)), asked.toArray(Column[]::new)).first();
    for (int i = 0; i < numeric.size(); i++) {
      if (found.isNullAt(1 + 2 * i)) {
        continue;
      }
      double shift = found.getDouble(1 + 2 * i);
      double width = found.getDouble(2 + 2 * i);
      if (scaling == Scaling.Z_SCORE) {
        shift = rounded(shift);
        width = rounded(width);
      }
      figures.put(numeric.get(i), new double[] {shift, width == 0 ? 1 : width});
    }
    return figures;
  }

  /** To nine significant digits, so that the order of additions does not show. */
  private static double rounded(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).round(new MathContext(9)).doubleValue()
        : 0;
  }
}
