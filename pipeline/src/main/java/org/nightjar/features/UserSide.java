package org.nightjar.features;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.FeatureSettings;
import org.nightjar.table.Events;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.UserFeatures;
import org.nightjar.table.Users;

/** Features of users. */
final class UserSide {
  private static final long MICROS_PER_HOUR = 3_600_000_000L;
  private static final int HOURS_PER_DAY = 24;
  private static final int DAYS_PER_WEEK = 7;

  /** 1970-01-01 was a Thursday, three days after Monday. */
  private static final int EPOCH_WEEKDAY = 3;

  private static final String FIRST_AT = "first_at";
  private static final String LAST_AT = "last_at";
  private static final String AMOUNT = "amount_millionths";
  private static final String UNITS = "units_millionths";
  private static final String DISCOUNT = "discount_millionths";
  private static final String GROSS = "gross_millionths";
  private static final String ORDER = "order_key";
  private static final String EPOCH_HOUR = "epoch_hour";
  private static final String EVENTS = "hour_events";
  private static final String ORDERED = "ordered_events";
  private static final String TIMED = "timed_events";
  private static final String BANDED = "banded_events";
  private static final String FIRST_DAY = "first_day";
  private static final String LAST_DAY = "last_day";

  private UserSide() {}

  /**
   * {@link UserFeatures} as of the cutoff, one row per row of users.
   *
   * @param items {@code item}, price band, and one column of text per key of spreads
   * @param spreads names of the maps of shares, of which each is also a column of items
   */
  static Dataset<Row> features(
      Dataset<Row> users,
      Dataset<Row> events,
      Dataset<Row> pairs,
      Dataset<Row> items,
      List<String> spreads,
      Profile profile,
      AsOf asOf,
      FeatureSettings settings,
      Table table) {
    Dataset<Row> pairsWithItem = pairs.join(broadcast(items), new String[] {Items.ITEM}, "left");
    Map<String, Column> levels = new LinkedHashMap<>();
    spreads.forEach(name -> levels.put(name, col(name)));
    Dataset<Row> profiles =
        users.select(
            Stream.concat(Stream.of(col(Users.USER)), profile.columns().stream())
                .toArray(Column[]::new));
    return table.conform(
        profiles
            .join(totals(pairsWithItem, asOf, settings), asKey(), "left")
            .join(orders(events), asKey(), "left")
            .join(
                Facets.shares(pairsWithItem, Events.USER, col(Pairs.EVENTS), levels),
                asKey(),
                "left")
            .select(columns(profile, spreads, asOf, settings)));
  }

  private static String[] asKey() {
    return new String[] {Users.USER};
  }

  private static Column[] columns(
      Profile profile, List<String> spreads, AsOf asOf, FeatureSettings settings) {
    Column active = col(UserFeatures.FREQUENCY_EVENTS).isNotNull();
    Column frequency = coalesce(col(UserFeatures.FREQUENCY_EVENTS), lit(0L));
    Column items = coalesce(col(UserFeatures.DISTINCT_ITEMS), lit(0L));
    Column orders = coalesce(col(UserFeatures.ORDERS), lit(0L));
    Column amount = when(active, AsOf.fromMillionths(col(AMOUNT))).otherwise(lit(0.0));
    Column units = when(active, AsOf.fromMillionths(col(UNITS))).otherwise(lit(0.0));
    Column gaps = col(UserFeatures.ACTIVE_DAYS).minus(lit(1));
    List<Column> columns = new ArrayList<>();
    columns.add(col(Users.USER));
    columns.add(frequency.as(UserFeatures.FREQUENCY_EVENTS));
    columns.add(items.as(UserFeatures.DISTINCT_ITEMS));
    columns.add(AsOf.share(frequency.minus(items), frequency).as(UserFeatures.REPEAT_SHARE));
    columns.add(asOf.daysSince(col(LAST_AT)).as(UserFeatures.RECENCY_DAYS));
    columns.add(asOf.daysSince(col(FIRST_AT)).as(UserFeatures.TENURE_DAYS));
    columns.add(
        when(active, when(col(TIMED).gt(0), col(UserFeatures.ACTIVE_DAYS)))
            .otherwise(lit(0L))
            .as(UserFeatures.ACTIVE_DAYS));
    columns.add(orders.as(UserFeatures.ORDERS));
    columns.add(
        when(gaps.gt(0), round(col(LAST_DAY).minus(col(FIRST_DAY)).divide(gaps), 9))
            .as(UserFeatures.INTER_PURCHASE_DAYS));
    columns.add(
        when(orders.gt(0), round(col(ORDERED).divide(orders), 9)).as(UserFeatures.BASKET_LINES));
    columns.add(units.as(UserFeatures.UNITS));
    columns.add(amount.as(UserFeatures.MONETARY_AMOUNT));
    columns.add(
        when(orders.gt(0), round(amount.divide(orders), 6)).as(UserFeatures.AVERAGE_ORDER_AMOUNT));
    columns.add(AsOf.share(col(DISCOUNT), col(GROSS)).as(UserFeatures.DISCOUNT_SHARE));
    columns.add(
        Facets.entropyNats(col(UserFeatures.CATEGORY_SHARES))
            .as(UserFeatures.CATEGORY_ENTROPY_NATS));
    columns.add(
        shares(settings.priceBands(), band -> col(inBand(band + 1)), BANDED)
            .as(UserFeatures.PRICE_BAND_SHARES));
    columns.add(
        shares(HOURS_PER_DAY, hour -> col(atHour(hour)), TIMED).as(UserFeatures.HOUR_SHARES));
    columns.add(
        shares(DAYS_PER_WEEK, day -> col(onWeekday(day)), TIMED).as(UserFeatures.WEEKDAY_SHARES));
    for (int days : settings.windowsDays()) {
      String name = UserFeatures.eventsWithin(days).name();
      columns.add(when(active, col(name)).otherwise(lit(0L)).as(name));
    }
    spreads.forEach(name -> columns.add(col(name)));
    profile.fields().forEach(field -> columns.add(col(field.name())));
    return columns.toArray(Column[]::new);
  }

  /** What the user-item pairs tell, one row per user with events. */
  private static Dataset<Row> totals(Dataset<Row> pairs, AsOf asOf, FeatureSettings settings) {
    List<Column> sums = new ArrayList<>();
    sums.add(count(lit(1)).as(UserFeatures.DISTINCT_ITEMS));
    sums.add(min(col(Pairs.FIRST_AT)).as(FIRST_AT));
    sums.add(max(col(Pairs.LAST_AT)).as(LAST_AT));
    sums.add(sum(col(Pairs.AMOUNT)).as(AMOUNT));
    sums.add(sum(col(Pairs.UNITS)).as(UNITS));
    sums.add(sum(col(Pairs.DISCOUNT)).as(DISCOUNT));
    sums.add(sum(col(Pairs.GROSS)).as(GROSS));
    for (int days : settings.windowsDays()) {
      sums.add(sum(col(Pairs.within(days, asOf))).as(UserFeatures.eventsWithin(days).name()));
    }
    if (asOf.ofUser()) {
      sums.add(max(col(Events.USER_CUTOFF)).as(Events.USER_CUTOFF));
    }
    Column banded = col(ItemFeatures.PRICE_BAND).isNotNull();
    sums.add(sum(when(banded, col(Pairs.EVENTS)).otherwise(lit(0L))).as(BANDED));
    for (int band = 1; band <= settings.priceBands(); band++) {
      Column inBand = col(ItemFeatures.PRICE_BAND).equalTo(lit(band));
      sums.add(sum(when(inBand, col(Pairs.EVENTS)).otherwise(lit(0L))).as(inBand(band)));
    }
    return pairs
        .groupBy(col(Events.USER))
        .agg(sum(col(Pairs.EVENTS)).as(UserFeatures.FREQUENCY_EVENTS), sums.toArray(Column[]::new));
  }

  /** What orders, days and hours tell, one row per user with events. */
  private static Dataset<Row> orders(Dataset<Row> events) {
    Column epochHour = floor(unix_micros(col(Events.EVENT_AT)).divide(lit(MICROS_PER_HOUR)));
    Column day = floor(col(EPOCH_HOUR).divide(lit(HOURS_PER_DAY)));
    Column timed = col(EPOCH_HOUR).isNotNull();
    Dataset<Row> perOrderAndHour =
        events
            .select(
                col(Events.USER),
                epochHour.as(EPOCH_HOUR),
                concat(lit("order "), col(Events.ORDER_ID)).as(ORDER))
            .select(
                col(Events.USER),
                col(EPOCH_HOUR),
                coalesce(col(ORDER), concat(lit("day "), day.cast("string"))).as(ORDER))
            .groupBy(col(Events.USER), col(ORDER), col(EPOCH_HOUR))
            .agg(count(lit(1)).as(EVENTS));
    // Two distinct counts at once would copy every row; the two sides share one shuffle instead.
    Dataset<Row> ordersPerUser =
        perOrderAndHour
            .groupBy(col(Events.USER))
            .agg(
                count_distinct(col(ORDER)).as(UserFeatures.ORDERS),
                eventsWhere(col(ORDER).isNotNull()).as(ORDERED));
    List<Column> sums = new ArrayList<>();
    sums.add(min(day).as(FIRST_DAY));
    sums.add(max(day).as(LAST_DAY));
    sums.add(eventsWhere(timed).as(TIMED));
    for (int hour = 0; hour < HOURS_PER_DAY; hour++) {
      Column at = pmod(col(EPOCH_HOUR), lit((long) HOURS_PER_DAY)).equalTo(lit(hour));
      sums.add(eventsWhere(at).as(atHour(hour)));
    }
    for (int weekday = 0; weekday < DAYS_PER_WEEK; weekday++) {
      Column on =
          pmod(day.plus(lit(EPOCH_WEEKDAY)), lit((long) DAYS_PER_WEEK)).equalTo(lit(weekday));
      sums.add(eventsWhere(on).as(onWeekday(weekday)));
    }
    Dataset<Row> daysPerUser =
        perOrderAndHour
            .groupBy(col(Events.USER))
            .agg(count_distinct(day).as(UserFeatures.ACTIVE_DAYS), sums.toArray(Column[]::new));
    return ordersPerUser.join(daysPerUser, Users.USER);
  }

  private static Column eventsWhere(Column condition) {
    return sum(when(condition, col(EVENTS)).otherwise(lit(0L)));
  }

  /** Counts over their whole, which is a column of its own; null where it is 0 or null. */
  private static Column shares(int length, IntFunction<Column> counts, String whole) {
    return when(
        col(whole).gt(0),
        array(
            IntStream.range(0, length)
                .mapToObj(i -> round(counts.apply(i).divide(col(whole)), 9))
                .toArray(Column[]::new)));
  }

  private static String inBand(int band) {
    return "events_in_band_" + band;
  }

  private static String atHour(int hour) {
    return "events_at_hour_" + hour;
  }

  private static String onWeekday(int weekday) {
    return "events_on_weekday_" + weekday;
  }
}
