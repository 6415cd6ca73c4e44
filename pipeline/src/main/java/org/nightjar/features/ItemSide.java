package org.nightjar.features;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.FeatureSettings;
import org.nightjar.table.Events;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.Users;

/** Features of items. */
final class ItemSide {
  /** Imagined events that hold the trend of rarely sold items near 1. */
  private static final double TREND_PRIOR_EVENTS = 10;

  private static final String REPEATERS = "repeaters";
  private static final String FIRST_AT = "first_at";
  private static final String LAST_AT = "last_at";
  private static final String PRICED_AMOUNT = "priced_amount_millionths";
  private static final String PRICED_UNITS = "priced_units_millionths";
  private static final String DECAYED = "decayed_billionths";

  private ItemSide() {}

  /** Top-level category of a catalogue row; null when unknown. */
  static Column topCategory() {
    return get(col(Items.CATEGORY), lit(0));
  }

  /** One row per item of the catalogue: {@link ItemFeatures#TABLE} without band and audience. */
  static Dataset<Row> figures(
      Dataset<Row> items, Dataset<Row> pairs, AsOf asOf, FeatureSettings settings) {
    List<Column> sums = new ArrayList<>();
    sums.add(count(lit(1)).as(ItemFeatures.BUYERS));
    sums.add(sum(col(Pairs.DECAYED)).as(DECAYED));
    sums.add(
        count(when(to_date(col(Pairs.FIRST_AT)).lt(to_date(col(Pairs.LAST_AT))), 1)).as(REPEATERS));
    sums.add(min(col(Pairs.FIRST_AT)).as(FIRST_AT));
    sums.add(max(col(Pairs.LAST_AT)).as(LAST_AT));
    sums.add(sum(col(Pairs.PRICED_AMOUNT)).as(PRICED_AMOUNT));
    sums.add(sum(col(Pairs.PRICED_UNITS)).as(PRICED_UNITS));
    for (int days : settings.windowsDays()) {
      String within = Pairs.within(days);
      sums.add(sum(col(within)).as(ItemFeatures.eventsWithin(days).name()));
      sums.add(max(col(within).isNotNull()).as(within));
      sums.add(count(when(col(within).gt(0), 1)).as(ItemFeatures.buyersWithin(days).name()));
    }
    Dataset<Row> perItem =
        pairs
            .groupBy(col(Events.ITEM))
            .agg(sum(col(Pairs.EVENTS)).as(ItemFeatures.EVENTS), sums.toArray(Column[]::new));
    Column sold = col(ItemFeatures.EVENTS).isNotNull();
    Column launched = when(col(Items.LAUNCHED_AT).lt(lit(asOf.cutoff())), col(Items.LAUNCHED_AT));
    Column paid =
        when(col(PRICED_UNITS).gt(0), round(col(PRICED_AMOUNT).divide(col(PRICED_UNITS)), 6));
    List<Column> figures = new ArrayList<>();
    figures.add(col(Items.ITEM));
    figures.add(orZero(ItemFeatures.EVENTS));
    figures.add(orZero(ItemFeatures.BUYERS));
    figures.add(
        AsOf.fromBillionths(coalesce(col(DECAYED), lit(0L))).as(ItemFeatures.DECAYED_EVENTS));
    figures.add(trend(settings.windowsDays(), sold).as(ItemFeatures.TREND));
    figures.add(
        when(col(FIRST_AT).isNotNull(), AsOf.share(col(REPEATERS), col(ItemFeatures.BUYERS)))
            .as(ItemFeatures.REPEAT_RATE));
    figures.add(coalesce(round(col(Items.PRICE), 6), paid).as(ItemFeatures.PRICE));
    figures.add(topCategory().as(ItemFeatures.CATEGORY));
    figures.add(asOf.daysSince(coalesce(launched, col(FIRST_AT))).as(ItemFeatures.AGE_DAYS));
    figures.add(asOf.daysSince(col(LAST_AT)).as(ItemFeatures.DAYS_SINCE_LAST));
    for (int days : settings.windowsDays()) {
      for (String name :
          List.of(ItemFeatures.eventsWithin(days).name(), ItemFeatures.buyersWithin(days).name())) {
        figures.add(
            when(sold.and(col(Pairs.within(days))), col(name))
                .when(sold, lit(null))
                .otherwise(lit(0L))
                .as(name));
      }
    }
    return items
        .select(col(Items.ITEM), col(Items.CATEGORY), col(Items.PRICE), col(Items.LAUNCHED_AT))
        .join(perItem, new String[] {Items.ITEM}, "left")
        .select(figures.toArray(Column[]::new));
  }

  /** Upper bounds of all price bands but the last; fewer bounds than asked only without prices. */
  static List<Double> priceBandBounds(Dataset<Row> figures, int bands) {
    if (bands == 1) {
      return List.of();
    }
    Column shares =
        array(
            IntStream.range(1, bands)
                .mapToObj(band -> lit((double) band / bands))
                .toArray(Column[]::new));
    Row found = figures.agg(percentile(col(ItemFeatures.PRICE), shares)).first();
    return found.isNullAt(0) ? List.of() : found.getList(0);
  }

  /** The band of a price, 1 = cheapest; a price at a bound belongs to the band below it. */
  static Column priceBand(Column price, List<Double> bounds) {
    Column band = lit(1);
    for (double bound : bounds) {
      band = band.plus(when(price.gt(lit(bound)), 1).otherwise(0));
    }
    return when(price.isNotNull(), band);
  }

  /**
   * {@link ItemFeatures} as of the cutoff.
   *
   * @param figures of {@link #figures}
   * @param audiences expressions over the users, by name of the profile attribute
   */
  static Dataset<Row> features(
      Dataset<Row> figures,
      Dataset<Row> pairs,
      Dataset<Row> users,
      List<Double> bounds,
      Map<String, Column> audiences,
      Table table) {
    Dataset<Row> banded =
        figures.withColumn(ItemFeatures.PRICE_BAND, priceBand(col(ItemFeatures.PRICE), bounds));
    if (audiences.isEmpty()) {
      return table.conform(banded);
    }
    List<Column> profile = new ArrayList<>(List.of(col(Users.USER)));
    Map<String, Column> levels = new LinkedHashMap<>();
    audiences.forEach(
        (attribute, level) -> {
          String name = ItemFeatures.audience(attribute).name();
          profile.add(level.as(name));
          levels.put(name, col(name));
        });
    Dataset<Row> buyers =
        pairs
            .select(col(Events.USER), col(Events.ITEM))
            .join(users.select(profile.toArray(Column[]::new)), Users.USER);
    return table.conform(
        banded.join(
            Facets.shares(buyers, Events.ITEM, lit(1L), levels),
            new String[] {Items.ITEM},
            "left"));
  }

  private static Column orZero(String name) {
    return coalesce(col(name), lit(0L)).as(name);
  }

  private static Column trend(List<Integer> windowsDays, Column sold) {
    int shortDays = windowsDays.stream().mapToInt(d -> d).min().orElse(0);
    int longDays = windowsDays.stream().mapToInt(d -> d).max().orElse(0);
    if (shortDays == longDays) {
      return lit(null).cast("double");
    }
    double expected = (double) shortDays / longDays;
    Column recent = col(ItemFeatures.eventsWithin(shortDays).name());
    Column all = col(ItemFeatures.eventsWithin(longDays).name());
    Column trend =
        recent
            .plus(lit(TREND_PRIOR_EVENTS * expected))
            .divide(all.plus(lit(TREND_PRIOR_EVENTS)).multiply(lit(expected)));
    return when(sold, round(trend, 9)).otherwise(lit(1.0));
  }
}
