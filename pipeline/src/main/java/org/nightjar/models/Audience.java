package org.nightjar.models;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;

/**
 * Who buys what: how much likelier a group of items (a single item, a category, a price band) is
 * among the users of one profile level than among all.
 *
 * <p>ratio(v,g) = ln[ (W_vg + s) / (E_vg + s) ] with W_vg the weight of level v's interactions with
 * group g, E_vg = W_v · W_g / W what it would be if the level made no difference, s the smoothing:
 * s interactions as expected come on top of every count, so that rare levels and rare items alike
 * fall back on everybody. Source: the gamma-Poisson shrinker of DuMouchel 1999, "Bayesian data
 * mining in large frequency tables", with both parameters of the prior s.
 */
final class Audience implements Serializable {
  /** Profile attribute, text. */
  static final String ATTRIBUTE = "attribute";

  /** Profile level, text. */
  static final String LEVEL = "level";

  /** Index of the group, int. */
  static final String GROUP = "group";

  /** Part of the users, int. */
  static final String HALF = "half";

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

  private Audience(
      double[] groupWeights, Map<String, Map<String, double[]>> weights, double smoothing) {
    double all = Arrays.stream(groupWeights).sum();
    logShare = new float[groupWeights.length];
    for (int group = 0; group < groupWeights.length; group++) {
      logShare[group] =
          groupWeights[group] > 0 ? (float) Math.log(groupWeights[group] / all) : Float.NaN;
    }
    weights.forEach(
        (attribute, byLevel) -> {
          Map<String, float[]> levels = new HashMap<>();
          byLevel.forEach(
              (level, byGroup) -> levels.put(level, ratios(byGroup, groupWeights, all, smoothing)));
          ratios.put(attribute, levels);
        });
  }

  /**
   * From counts by item, summed over groups of items.
   *
   * @param itemWeights W by item
   * @param cells rows of {@link #cells}; cells of several halves add up
   * @param groups group by item, from 0; −1 for items in none
   * @param smoothing s, above 0
   */
  static Audience of(double[] itemWeights, List<Row> cells, int[] groups, double smoothing) {
    int count = Arrays.stream(groups).max().orElse(-1) + 1;
    double[] groupWeights = new double[count];
    for (int item = 0; item < groups.length; item++) {
      if (groups[item] >= 0) {
        groupWeights[groups[item]] += itemWeights[item];
      }
    }
    Map<String, Map<String, double[]>> weights = new TreeMap<>();
    cells.stream()
        .sorted(
            Comparator.comparing((Row cell) -> cell.<Integer>getAs(GROUP))
                .thenComparing(cell -> cell.<Integer>getAs(HALF)))
        .filter(cell -> groups[cell.<Integer>getAs(GROUP)] >= 0)
        .forEach(
            cell ->
                weights.computeIfAbsent(cell.getAs(ATTRIBUTE), a -> new TreeMap<>())
                        .computeIfAbsent(cell.getAs(LEVEL), l -> new double[count])[
                        groups[cell.<Integer>getAs(GROUP)]] +=
                    cell.<Double>getAs(WEIGHT));
    return new Audience(groupWeights, weights, smoothing);
  }

  private static float[] ratios(double[] level, double[] groups, double all, double smoothing) {
    double total = 0;
    for (double weight : level) {
      total += weight;
    }
    float[] ratio = new float[groups.length];
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] > 0) {
        double expected = total * groups[group] / all;
        ratio[group] = (float) Math.log((level[group] + smoothing) / (expected + smoothing));
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
   * @param maxLevels the levels with the most users that are kept per attribute
   * @param half int column by which users are kept apart; a constant where that is not wanted
   * @return {@link #ATTRIBUTE}, {@link #LEVEL}, {@link #GROUP}, {@link #HALF}, {@link #WEIGHT}
   */
  static Dataset<Row> cells(
      Dataset<Row> pairs,
      Dataset<Row> profiles,
      List<String> attributes,
      int maxLevels,
      Column half) {
    Column[] entries =
        attributes.stream()
            .map(name -> struct(lit(name).as(ATTRIBUTE), col(Attributes.column(name)).as(LEVEL)))
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
    Dataset<Row> known = levelPerUser.where(col(LEVEL).isNotNull());
    Dataset<Row> commonest =
        known
            .groupBy(ATTRIBUTE, LEVEL)
            .agg(count(lit(1)).as(TOTAL))
            .withColumn(
                PLACE,
                row_number()
                    .over(Window.partitionBy(ATTRIBUTE).orderBy(col(TOTAL).desc(), col(LEVEL))))
            .where(col(PLACE).leq(maxLevels))
            .select(ATTRIBUTE, LEVEL);
    // Users are few beside pairs, and levels few beside both: the pairs are shuffled once.
    return pairs
        .join(known.join(broadcast(commonest), new String[] {ATTRIBUTE, LEVEL}), Events.USER)
        .groupBy(col(ATTRIBUTE), col(LEVEL), col(GROUP), half.as(HALF))
        .agg(round(sum(Interactions.ONCE), WEIGHT_SCALE).as(WEIGHT));
  }

  /** W_g: {@link #GROUP}, {@link #HALF}, {@link #WEIGHT}. */
  static Dataset<Row> groups(Dataset<Row> pairs, Column half) {
    return pairs
        .groupBy(col(GROUP), half.as(HALF))
        .agg(round(sum(Interactions.ONCE), WEIGHT_SCALE).as(WEIGHT));
  }

  /** W_g by index. */
  static double[] groupWeights(Dataset<Row> groups, int count) {
    double[] weights = new double[count];
    for (Row row : groups.select(GROUP, WEIGHT).orderBy(GROUP, WEIGHT).collectAsList()) {
      weights[row.getInt(0)] += row.getDouble(1);
    }
    return weights;
  }
}
