package org.nightjar.rank;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Attributes;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.Items;
import org.nightjar.table.UserFeatures;
import org.nightjar.table.UserPast;
import org.nightjar.table.Users;

/**
 * What the learned ranking knows of a candidate, one number per feature, NaN where unknown:
 *
 * <ul>
 *   <li>the blended score and place; every model's score, score in the spread of the user's
 *       candidates ((s − mean) / standard deviation), and place in the model's order;
 *   <li>of the pair ({@link UserPast}): events, decayed events, days since the last, mean days
 *       between events, days since the last over those (above 1: due), days from the last to the
 *       user's last visit (0: bought then), events per order, and per order since the first, if
 *       orders were spread evenly;
 *   <li>of the item and of the user: every number of {@link ItemFeatures} and {@link UserFeatures};
 *   <li>of both: the user's share of events in the item's category and price band, and the item's
 *       price over the mean price the user pays.
 * </ul>
 *
 * All are as of the view's cutoff, so no feature sees the truth that follows it.
 */
public final class RankFeatures implements Serializable {
  /**
   * Version of what the features mean: to be raised when a feature is computed otherwise under its
   * old name, so that trees trained on the old one are not used any more.
   */
  public static final int DEFINITION = 1;

  private static final int PER_MODEL = 3;
  private static final List<String> OF_PAIR =
      List.of(
          "pair_events",
          "pair_decayed",
          "pair_days_since_last",
          "pair_gap_days",
          "pair_due",
          "pair_days_before_last_visit",
          "pair_per_order",
          "pair_per_order_since_first");
  private static final List<String> OF_BOTH =
      List.of("category_share", "price_band_share", "price_over_mean");

  private final List<String> names;
  private final List<String> userColumns;
  private final int models;

  /** By item index: the numbers of {@link ItemFeatures}. */
  private final float[][] itemNumbers;

  private final String[] categories;
  private final int[] priceBands;
  private final float[] prices;

  /**
   * Reads the item side into memory: catalogue-sized.
   *
   * @param models the models in the order of the scores
   * @param itemFeatures see {@link ItemFeatures}
   * @param userFeatures see {@link UserFeatures}; only its columns are read
   */
  public RankFeatures(
      List<String> models, Dataset<Row> itemFeatures, Dataset<Row> userFeatures, int itemCount) {
    this.models = models.size();
    List<String> itemColumns = numbers(itemFeatures.schema(), Items.ITEM);
    this.userColumns = numbers(userFeatures.schema(), Users.USER);
    this.itemNumbers = new float[itemCount][];
    this.categories = new String[itemCount];
    this.priceBands = new int[itemCount];
    this.prices = new float[itemCount];
    Column[] read =
        Stream.concat(Stream.of(Items.ITEM, ItemFeatures.CATEGORY), itemColumns.stream())
            .map(functions::col)
            .toArray(Column[]::new);
    for (Row row : itemFeatures.select(read).collectAsList()) {
      int item = row.getAs(Items.ITEM);
      itemNumbers[item] = numbersOf(row, itemColumns);
      categories[item] = row.getAs(ItemFeatures.CATEGORY);
      Integer band = row.getAs(ItemFeatures.PRICE_BAND);
      priceBands[item] = band == null ? 0 : band;
      prices[item] = number(row, ItemFeatures.PRICE);
    }
    this.names = names(models, itemFeatures.schema(), userFeatures.schema());
  }

  /**
   * One name per feature, in order.
   *
   * @param models the models in the order of the scores
   * @param itemFeatures columns of {@link ItemFeatures}
   * @param userFeatures columns of {@link UserFeatures}
   */
  public static List<String> names(
      List<String> models, StructType itemFeatures, StructType userFeatures) {
    List<String> all = new ArrayList<>(List.of("blend_score", "blend_place"));
    for (String model : models) {
      all.addAll(List.of(model + "_score", model + "_spread", model + "_place"));
    }
    all.addAll(OF_PAIR);
    addNamed("item_", numbers(itemFeatures, Items.ITEM), all);
    addNamed("user_", numbers(userFeatures, Users.USER), all);
    all.addAll(OF_BOTH);
    return List.copyOf(all);
  }

  /** An attribute's feature that is called as one of ours is named by its column. */
  private static void addNamed(String side, List<String> columns, List<String> all) {
    for (String column : columns) {
      String name = Attributes.name(column);
      boolean taken = !name.equals(column) && columns.contains(name);
      all.add(side + (taken || all.contains(side + name) ? column : name));
    }
  }

  /** The columns that {@link #of} reads of a user's row. */
  public List<String> inputs() {
    List<String> columns = new ArrayList<>(userColumns);
    columns.add(UserFeatures.CATEGORY_SHARES);
    columns.add(UserFeatures.PRICE_BAND_SHARES);
    columns.addAll(
        List.of(
            UserPast.ITEMS,
            UserPast.EVENTS,
            UserPast.DECAYED,
            UserPast.DAYS_SINCE_LAST,
            UserPast.DAYS_SINCE_FIRST));
    return columns;
  }

  private static List<String> numbers(StructType table, String key) {
    return Arrays.stream(table.fields())
        .filter(field -> field.dataType() instanceof NumericType)
        .map(StructField::name)
        .filter(name -> !name.equals(key))
        .toList();
  }

  /** One name per feature, in the order of {@link #of}. */
  List<String> names() {
    return names;
  }

  /**
   * The features of some candidates, row after row.
   *
   * @param user with the columns of {@link #inputs}
   * @param set the user's candidates
   * @param blended the blend's score of each
   * @param places places in the candidates of those wanted, in falling order of the blend
   */
  float[] of(Row user, CandidateSet set, double[] blended, int[] places) {
    int width = names.size();
    float[] features = new float[places.length * width];
    Arrays.fill(features, Float.NaN);
    float[] ofUser = numbersOf(user, userColumns);
    Past past = new Past(user);
    float[][] byModel = byModel(set, places);
    Map<String, Double> categoryShares =
        user.getJavaMap(user.fieldIndex(UserFeatures.CATEGORY_SHARES));
    List<Double> bandShares = user.getList(user.fieldIndex(UserFeatures.PRICE_BAND_SHARES));
    float meanPrice = number(user, UserFeatures.MONETARY_AMOUNT) / number(user, UserFeatures.UNITS);
    for (int row = 0; row < places.length; row++) {
      int item = set.items()[places[row]];
      int at = row * width;
      features[at++] = (float) blended[places[row]];
      features[at++] = row;
      for (float[] column : byModel) {
        features[at++] = column[row];
      }
      past.write(item, features, at);
      at += OF_PAIR.size();
      if (itemNumbers[item] != null) {
        System.arraycopy(itemNumbers[item], 0, features, at, itemNumbers[item].length);
        at += itemNumbers[item].length;
      } else {
        at = (row + 1) * width - OF_BOTH.size() - ofUser.length;
      }
      System.arraycopy(ofUser, 0, features, at, ofUser.length);
      at += ofUser.length;
      if (categoryShares != null && categories[item] != null) {
        features[at] = categoryShares.getOrDefault(categories[item], 0.0).floatValue();
      }
      if (bandShares != null && priceBands[item] > 0) {
        features[at + 1] = bandShares.get(priceBands[item] - 1).floatValue();
      }
      features[at + 2] = prices[item] / meanPrice;
    }
    unknownWhereInfinite(features);
    return features;
  }

  /**
   * A ratio to nothing (no orders without times or order ids, nothing ever paid) is unknown; trees
   * cannot be trained on infinity.
   */
  private static void unknownWhereInfinite(float[] features) {
    for (int at = 0; at < features.length; at++) {
      if (Float.isInfinite(features[at])) {
        features[at] = Float.NaN;
      }
    }
  }

  /** Score, spread and place of each model, by candidate. */
  private float[][] byModel(CandidateSet set, int[] places) {
    float[][] columns = new float[PER_MODEL * models][];
    for (int model = 0; model < models; model++) {
      float[] raw = new float[places.length];
      for (int row = 0; row < raw.length; row++) {
        raw[row] = set.raw()[model][places[row]];
      }
      columns[PER_MODEL * model] = raw;
      columns[PER_MODEL * model + 1] = spread(raw);
      columns[PER_MODEL * model + 2] = order(raw);
    }
    return columns;
  }

  private static float[] spread(float[] raw) {
    double sum = 0;
    double squares = 0;
    int known = 0;
    for (float score : raw) {
      if (!Float.isNaN(score)) {
        sum += score;
        squares += (double) score * score;
        known++;
      }
    }
    double mean = sum / known;
    double deviation = Math.sqrt(Math.max(0, squares / known - mean * mean));
    float[] spread = new float[raw.length];
    for (int row = 0; row < raw.length; row++) {
      spread[row] = deviation > 0 ? (float) ((raw[row] - mean) / deviation) : Float.NaN;
    }
    return spread;
  }

  /** 0 for the best score; equal scores share the best place among them. */
  private static float[] order(float[] raw) {
    float[] sorted = raw.clone();
    int unknown = 0;
    for (float score : raw) {
      unknown += Float.isNaN(score) ? 1 : 0;
    }
    Arrays.sort(sorted); // NaN last
    int known = raw.length - unknown;
    float[] order = new float[raw.length];
    for (int row = 0; row < raw.length; row++) {
      if (Float.isNaN(raw[row])) {
        order[row] = Float.NaN;
        continue;
      }
      int at = Arrays.binarySearch(sorted, 0, known, raw[row]);
      while (at + 1 < known && sorted[at + 1] == raw[row]) {
        at++;
      }
      order[row] = known - 1f - at;
    }
    return order;
  }

  private static float[] numbersOf(Row row, List<String> columns) {
    float[] numbers = new float[columns.size()];
    for (int at = 0; at < numbers.length; at++) {
      numbers[at] = number(row, columns.get(at));
    }
    return numbers;
  }

  private static <T> List<T> list(Row row, String column) {
    int at = row.fieldIndex(column);
    return row.isNullAt(at) ? null : row.getList(at);
  }

  private static float number(Row row, String column) {
    Number value = row.getAs(column);
    return value == null ? Float.NaN : value.floatValue();
  }

  /** A user's history, for look-up by item. */
  private static final class Past {
    private final int[] items;

    /** Null, as are the others, for users without events. */
    private final List<Long> events;

    private final List<Double> decayed;
    private final List<Double> last;
    private final List<Double> first;
    private final float orders;
    private final float tenure;
    private final float recency;

    Past(Row user) {
      orders = number(user, UserFeatures.ORDERS);
      tenure = number(user, UserFeatures.TENURE_DAYS);
      recency = number(user, UserFeatures.RECENCY_DAYS);
      items = TopN.ints(user, UserPast.ITEMS);
      events = list(user, UserPast.EVENTS);
      decayed = list(user, UserPast.DECAYED);
      last = list(user, UserPast.DAYS_SINCE_LAST);
      first = list(user, UserPast.DAYS_SINCE_FIRST);
    }

    void write(int item, float[] features, int from) {
      int place = Arrays.binarySearch(items, item);
      if (place < 0) {
        features[from] = 0;
        features[from + 1] = 0;
        return;
      }
      long count = events.get(place);
      features[from] = count;
      features[from + 1] = decayed.get(place).floatValue();
      if (last.get(place) != null) {
        float since = last.get(place).floatValue();
        features[from + 2] = since;
        float gap = count > 1 ? (first.get(place).floatValue() - since) / (count - 1) : Float.NaN;
        features[from + 3] = gap;
        features[from + 4] = gap > 0 ? since / gap : Float.NaN;
        features[from + 5] = since - recency;
        features[from + 7] = count / (orders * first.get(place).floatValue() / tenure);
      }
      features[from + 6] = count / orders;
    }
  }
}
