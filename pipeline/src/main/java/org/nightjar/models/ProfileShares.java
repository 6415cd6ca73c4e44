package org.nightjar.models;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.dense_rank;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

/**
 * The features of {@link DemographicFeatures}: an item's popularity, long and recent, and for each
 * profile attribute the log ratios of the item, its category and its price band among the user's
 * level.
 */
final class ProfileShares implements Serializable {
  private static final String ITEM_WEIGHTS = "item_weights";
  private static final String RECENT_WEIGHTS = "recent_weights";
  private static final String ITEM_GROUPS = "item_groups";
  private static final String CELLS = "cells";
  private static final String POPULARITY = "popularity";
  private static final String RECENT_POPULARITY = "recent_popularity";
  private static final String SEPARATOR = "@";

  /** Share given to items that were not sold, as a part of one interaction. */
  private static final double UNSOLD = 0.5;

  /** What shares are counted over: each a column of {@link ItemTraits} or the item itself. */
  private enum Grouping {
    ITEM("item"),
    CATEGORY("category"),
    PRICE_BAND("price_band");

    private final String label;

    Grouping(String label) {
      this.label = label;
    }

    private String column() {
      return "group_of_" + label;
    }

    private String feature(String attribute) {
      return label + SEPARATOR + attribute;
    }
  }

  private final List<String> attributes;

  /** Their columns. */
  private final List<String> columns;

  private final double[] weights;
  private final float[] popularity;
  private final float[] recentPopularity;
  private final Map<Grouping, int[]> groups;
  private final Map<Grouping, Audience> audiences;

  private ProfileShares(
      List<String> attributes,
      double[] weights,
      double[] recentWeights,
      Map<Grouping, int[]> groups,
      Map<Grouping, Audience> audiences) {
    this.attributes = attributes;
    this.columns = attributes.stream().map(Attributes::column).toList();
    this.weights = weights;
    this.popularity = logShares(weights);
    this.recentPopularity = logShares(recentWeights);
    this.groups = groups;
    this.audiences = audiences;
  }

  private static float[] logShares(double[] weights) {
    double all = Math.max(Arrays.stream(weights).sum(), UNSOLD);
    float[] shares = new float[weights.length];
    for (int item = 0; item < weights.length; item++) {
      shares[item] = (float) Math.log(Math.max(weights[item], UNSOLD) / all);
    }
    return shares;
  }

  /**
   * The counts, by table name, kept apart by hashed half of the users; {@link #of} reads them.
   * Categories and price bands are sums over their items, so only items are counted.
   *
   * @param pairs {@link Interactions#pairs}
   * @param recentPairs the same with the recent half-life
   */
  static Map<String, Dataset<Row>> tables(
      Dataset<Row> pairs,
      Dataset<Row> recentPairs,
      Training training,
      List<String> attributes,
      int maxLevels) {
    Column category =
        when(
            col(ItemTraits.CATEGORY).isNotNull(),
            dense_rank().over(Window.orderBy(col(ItemTraits.CATEGORY))));
    Map<String, Dataset<Row>> tables = new HashMap<>();
    tables.put(
        ITEM_GROUPS,
        training
            .items()
            .select(
                col(Items.ITEM),
                col(Items.ITEM).as(Grouping.ITEM.column()),
                category.as(Grouping.CATEGORY.column()),
                col(ItemTraits.PRICE_BAND).as(Grouping.PRICE_BAND.column())));
    Column half = half(training.seed());
    tables.put(ITEM_WEIGHTS, Audience.groups(grouped(pairs), half));
    tables.put(RECENT_WEIGHTS, Audience.groups(grouped(recentPairs), half));
    tables.put(
        CELLS, Audience.cells(grouped(pairs), training.profiles(), attributes, maxLevels, half));
    return tables;
  }

  /** Which hashed half a user is in, 0 or 1. */
  static Column half(long seed) {
    return abs(xxhash64(col(Events.USER), lit(seed)).mod(lit(2))).cast("int");
  }

  private static Dataset<Row> grouped(Dataset<Row> pairs) {
    return pairs.withColumnRenamed(Events.ITEM, Audience.GROUP);
  }

  /**
   * Reads the counts into arrays by item, category and price band: catalogue-sized.
   *
   * @param halves the halves of the users that count
   */
  static ProfileShares of(
      Map<String, Dataset<Row>> tables,
      List<String> attributes,
      int itemCount,
      double smoothing,
      Set<Integer> halves) {
    Map<Grouping, int[]> groups = new EnumMap<>(Grouping.class);
    for (Grouping grouping : Grouping.values()) {
      int[] byItem = new int[itemCount];
      Arrays.fill(byItem, -1);
      groups.put(grouping, byItem);
    }
    for (Row row : tables.get(ITEM_GROUPS).collectAsList()) {
      int item = row.<Integer>getAs(Items.ITEM);
      groups.forEach(
          (grouping, byItem) -> {
            Integer group = row.getAs(grouping.column());
            if (group != null) {
              byItem[item] = group;
            }
          });
    }
    double[] weights = Audience.groupWeights(of(tables, ITEM_WEIGHTS, halves), itemCount);
    List<Row> cells = of(tables, CELLS, halves).collectAsList();
    Map<Grouping, Audience> audiences = new EnumMap<>(Grouping.class);
    groups.forEach(
        (grouping, byItem) ->
            audiences.put(grouping, Audience.of(weights, cells, byItem, smoothing)));
    return new ProfileShares(
        attributes,
        weights,
        Audience.groupWeights(of(tables, RECENT_WEIGHTS, halves), itemCount),
        groups,
        audiences);
  }

  private static Dataset<Row> of(
      Map<String, Dataset<Row>> tables, String name, Set<Integer> halves) {
    return tables.get(name).where(col(Audience.HALF).isin(halves.toArray()));
  }

  /** Names of the features, in the order of {@link #features}. */
  List<String> names() {
    List<String> names = new ArrayList<>(List.of(POPULARITY, RECENT_POPULARITY));
    for (String attribute : attributes) {
      for (Grouping grouping : Grouping.values()) {
        names.add(grouping.feature(attribute));
      }
    }
    return names;
  }

  /** The attributes that feature names speak of, in order of name. */
  static List<String> attributes(Collection<String> featureNames) {
    TreeSet<String> attributes = new TreeSet<>();
    for (String name : featureNames) {
      int at = name.indexOf(SEPARATOR);
      if (at >= 0) {
        attributes.add(name.substring(at + 1));
      }
    }
    return List.copyOf(attributes);
  }

  /** One value per feature for a user's profile row and an item. */
  double[] features(Row profile, int item) {
    double[] features = new double[2 + attributes.size() * audiences.size()];
    features[0] = popularity[item];
    features[1] = recentPopularity[item];
    int next = 2;
    for (int at = 0; at < columns.size(); at++) {
      String attribute = attributes.get(at);
      String level = profile.getAs(columns.get(at));
      for (Map.Entry<Grouping, Audience> audience : audiences.entrySet()) {
        float[] ratio = audience.getValue().ratio(attribute, level);
        int group = groups.get(audience.getKey())[item];
        features[next++] = ratio == null || group < 0 ? 0 : ratio[group];
      }
    }
    return features;
  }

  /** Items with weight, ascending. */
  int[] soldItems() {
    return IntStream.range(0, weights.length).filter(item -> weights[item] > 0).toArray();
  }

  /** The linear predictor over the whole catalogue; items without weight score NaN. */
  ProfileScorer scorer(Map<String, Double> coefficients) {
    float[] base = new float[weights.length];
    double popular = coefficients.getOrDefault(POPULARITY, 0.0);
    double recent = coefficients.getOrDefault(RECENT_POPULARITY, 0.0);
    for (int item = 0; item < base.length; item++) {
      base[item] =
          weights[item] > 0
              ? (float) (popular * popularity[item] + recent * recentPopularity[item])
              : Float.NaN;
    }
    Map<String, Map<String, float[]>> additions = new TreeMap<>();
    for (String attribute : attributes) {
      Map<String, float[]> levels = new HashMap<>();
      for (Grouping grouping : Grouping.values()) {
        double weight = coefficients.getOrDefault(grouping.feature(attribute), 0.0);
        int[] byItem = groups.get(grouping);
        audiences
            .get(grouping)
            .levels(attribute)
            .forEach(
                (level, ratio) ->
                    add(
                        levels.computeIfAbsent(level, l -> new float[base.length]),
                        weight,
                        ratio,
                        byItem));
      }
      additions.put(Attributes.column(attribute), levels);
    }
    return new ProfileScorer(base, additions);
  }

  private static void add(float[] row, double weight, float[] ratio, int[] byItem) {
    for (int item = 0; item < row.length; item++) {
      if (byItem[item] >= 0) {
        row[item] += (float) (weight * ratio[byItem[item]]);
      }
    }
  }
}
