package org.nightjar.models;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Events;

/**
 * Who buys what: how much likelier a group of items (a single item, a category, a price band) is
 * among the users of one profile level than among all.
 *
 * <p>ratio(v,g) = ln[ (W_vg + m·p_g) / (W_v + m) / p_g ] with W_vg the weight of level v's
 * interactions with group g, W_v = Σ_g W_vg, p_g the group's share among all, m the smoothing: the
 * level's share is drawn towards p_g by m pseudo-users, so that rare levels fall back on everybody.
 * Source: Dirichlet-smoothed naive Bayes.
 */
final class Audience implements Serializable {
  /** Profile attribute, text. */
  static final String ATTRIBUTE = "attribute";

  /** Profile level, text. */
  static final String LEVEL = "level";

  /** Index of the group, int. */
  static final String GROUP = "group";

  /** Weight of the level's interactions with the group, double. */
  static final String WEIGHT = Interactions.WEIGHT;

  private static final String PLACE = "place";
  private static final String TOTAL = "total";
  private static final String ENTRY = "entry";
  private static final int WEIGHT_SCALE = 6;

  /** By attribute and level: ratio by group. */
  private final Map<String, Map<String, float[]>> ratios = new TreeMap<>();

  /** Log share of each group among all; NaN for groups without weight. */
  private final float[] logShare;

  /**
   * From counts.
   *
   * @param groupWeights W_g by group
   * @param cells rows of {@link #cells}
   * @param smoothing m, above 0
   */
  Audience(double[] groupWeights, List<Row> cells, double smoothing) {
    double all = 0;
    for (double weight : groupWeights) {
      all += weight;
    }
    logShare = new float[groupWeights.length];
    for (int group = 0; group < groupWeights.length; group++) {
      logShare[group] =
          groupWeights[group] > 0 ? (float) Math.log(groupWeights[group] / all) : Float.NaN;
    }
    Map<String, Map<String, double[]>> weights = new TreeMap<>();
    for (Row cell : cells) {
      weights.computeIfAbsent(cell.getString(0), a -> new TreeMap<>())
              .computeIfAbsent(cell.getString(1), l -> new double[groupWeights.length])[
              cell.getInt(2)] =
          cell.getDouble(3);
    }
    for (Map.Entry<String, Map<String, double[]>> attribute : weights.entrySet()) {
      Map<String, float[]> levels = new HashMap<>();
      for (Map.Entry<String, double[]> level : attribute.getValue().entrySet()) {
        levels.put(level.getKey(), ratios(level.getValue(), groupWeights, all, smoothing));
      }
      ratios.put(attribute.getKey(), levels);
    }
  }

  private static float[] ratios(double[] level, double[] groups, double all, double smoothing) {
    double total = 0;
    for (double weight : level) {
      total += weight;
    }
    float[] ratio = new float[groups.length];
    for (int group = 0; group < groups.length; group++) {
      double share = groups[group] / all;
      if (share > 0) {
        double smoothed = (level[group] + smoothing * share) / (total + smoothing);
        ratio[group] = (float) Math.log(smoothed / share);
      }
    }
    return ratio;
  }

  /** ln p_g; NaN where the group has no weight. */
  float[] logShare() {
    return logShare;
  }

  /** Ratios by group for a level; null when the level is unknown. */
  float[] ratio(String attribute, String level) {
    Map<String, float[]> levels = ratios.get(attribute);
    return levels == null || level == null ? null : levels.get(level);
  }

  /** Ratios by level of one attribute; empty when the attribute has none. */
  Map<String, float[]> levels(String attribute) {
    return ratios.getOrDefault(attribute, Map.of());
  }

  /**
   * W_vg: one row per attribute, level and group.
   *
   * @param pairs {@code user}, {@link #GROUP} int, {@link Interactions#ONCE}
   * @param profiles see the features package
   * @param maxLevels the levels with the most weight that are kept per attribute
   * @return {@link #ATTRIBUTE}, {@link #LEVEL}, {@link #GROUP}, {@link #WEIGHT}
   */
  static Dataset<Row> cells(
      Dataset<Row> pairs, Dataset<Row> profiles, List<String> attributes, int maxLevels) {
    Column[] entries =
        attributes.stream()
            .map(name -> struct(lit(name).as(ATTRIBUTE), col(name).as(LEVEL)))
            .toArray(Column[]::new);
    Dataset<Row> levelPerUser =
        entries.length == 0
            ? profiles.select(
                col(Events.USER), lit("").as(ATTRIBUTE), lit(null).cast("string").as(LEVEL))
            : profiles
                .select(col(Events.USER), explode(array(entries)).as(ENTRY))
                .select(
                    col(Events.USER),
                    col(ENTRY).getField(ATTRIBUTE).as(ATTRIBUTE),
                    col(ENTRY).getField(LEVEL).as(LEVEL));
    Dataset<Row> cells =
        pairs
            .join(levelPerUser.where(col(LEVEL).isNotNull()), Events.USER)
            .groupBy(ATTRIBUTE, LEVEL, GROUP)
            .agg(round(sum(Interactions.ONCE), WEIGHT_SCALE).as(WEIGHT));
    Dataset<Row> heaviestLevels =
        cells
            .groupBy(ATTRIBUTE, LEVEL)
            .agg(round(sum(WEIGHT), WEIGHT_SCALE).as(TOTAL))
            .withColumn(
                PLACE,
                row_number()
                    .over(Window.partitionBy(ATTRIBUTE).orderBy(col(TOTAL).desc(), col(LEVEL))))
            .where(col(PLACE).leq(maxLevels));
    return cells
        .join(heaviestLevels.select(ATTRIBUTE, LEVEL), new String[] {ATTRIBUTE, LEVEL})
        .select(ATTRIBUTE, LEVEL, GROUP, WEIGHT);
  }

  /** W_g: {@link #GROUP}, {@link #WEIGHT}. */
  static Dataset<Row> groups(Dataset<Row> pairs) {
    return pairs.groupBy(GROUP).agg(round(sum(Interactions.ONCE), WEIGHT_SCALE).as(WEIGHT));
  }

  /** W_g by index. */
  static double[] groupWeights(Dataset<Row> groups, int count) {
    double[] weights = new double[count];
    for (Row row : groups.select(GROUP, WEIGHT).collectAsList()) {
      weights[row.getInt(0)] = row.getDouble(1);
    }
    return weights;
  }
}
