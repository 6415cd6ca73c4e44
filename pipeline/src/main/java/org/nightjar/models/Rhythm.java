package org.nightjar.models;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array_size;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.table.Events;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;

/**
 * How long it takes until items are bought again, and how often they are.
 *
 * <p>Intervals are looked at by their logarithm, since some are much longer than most. An item's
 * figures are drawn towards its category's, and those towards everything's, as if {@code shrinkage}
 * more intervals (or purchases) of the wider group had been seen.
 *
 * @param byItem one row per item that was bought: {@code item}, {@link #MEAN_LOG_DAYS}, {@link
 *     #AGAIN}
 * @param spread standard deviation of ln(interval) within one user and item
 */
record Rhythm(Dataset<Row> byItem, double spread) {
  /** Number of days with a purchase, int. */
  static final String DAYS = "days";

  /** Days from the last purchase to the cutoff, double, at least 0. */
  static final String LATEST_DAYS = "latest_days";

  /** Σ ln(interval in days) over the intervals between those days. */
  static final String LOG_SUM = "log_sum";

  /** Mean of ln(interval in days), drawn towards the wider groups'. */
  static final String MEAN_LOG_DAYS = "mean_log_days";

  /** Share of purchases that are followed by another of the same user, likewise. */
  static final String AGAIN = "again";

  private static final String LOG_SQUARES = "log_squares";
  private static final String WITHIN = "within";
  private static final String FREEDOM = "freedom";
  private static final String DAY_LIST = "day_list";
  private static final String LOGS = "logs";
  private static final int SCALE = 9;

  /** Where nothing was ever bought twice: a month, give or take a factor of two. */
  private static final double DEFAULT_MEAN_LOG_DAYS = Math.log(30);

  private static final double DEFAULT_SPREAD = Math.log(2);

  /** Less than this would make due dates sharper than days are. */
  private static final double MIN_SPREAD = 0.1;

  private static final StructType SCHEMA =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType, false)
          .add(MEAN_LOG_DAYS, DataTypes.DoubleType, false)
          .add(AGAIN, DataTypes.DoubleType, false);

  /**
   * One row per user and item: {@code user}, {@code item}, {@link #DAYS}, {@link #LATEST_DAYS},
   * {@link #LOG_SUM}. Purchases of one day (UTC) are one; events without a time are passed over.
   */
  static Dataset<Row> pairs(Dataset<Row> events, Instant cutoff) {
    Column age = Interactions.ageDays(events, cutoff);
    Column intervals =
        transform(
            slice(col(DAY_LIST), lit(2), array_size(col(DAY_LIST))),
            (day, at) -> log(day.minus(get(col(DAY_LIST), at))));
    return events
        .where(col(Events.EVENT_AT).isNotNull())
        .groupBy(Events.USER, Events.ITEM)
        .agg(
            sort_array(collect_set(dayOf(col(Events.EVENT_AT)))).as(DAY_LIST),
            round(min(age), SCALE).as(LATEST_DAYS))
        .withColumn(LOGS, intervals)
        .select(
            col(Events.USER),
            col(Events.ITEM),
            array_size(col(DAY_LIST)).as(DAYS),
            col(LATEST_DAYS),
            aggregate(col(LOGS), lit(0.0), (sum, value) -> sum.plus(value)).as(LOG_SUM),
            aggregate(col(LOGS), lit(0.0), (sum, value) -> sum.plus(value.multiply(value)))
                .as(LOG_SQUARES));
  }

  private static Column dayOf(Column time) {
    return floor(time.cast("double").divide(lit(86_400))).cast("int");
  }

  /**
   * What the pairs have in common.
   *
   * @param pairs see {@link #pairs}
   * @param items see {@link ItemTraits}
   */
  static Rhythm of(Dataset<Row> pairs, Dataset<Row> items, double shrinkage) {
    Column many = col(DAYS).gt(2);
    Column squares = col(LOG_SQUARES).minus(col(LOG_SUM).multiply(col(LOG_SUM)).divide(again()));
    List<Row> rows =
        pairs
            .groupBy(Items.ITEM)
            .agg(
                sum(again()).as(AGAIN),
                sum(DAYS).as(DAYS),
                round(sum(LOG_SUM), SCALE).as(LOG_SUM),
                round(coalesce(sum(when(many, squares)), lit(0.0)), SCALE).as(WITHIN),
                coalesce(sum(when(many, again().minus(1))), lit(0L)).as(FREEDOM))
            .join(items.select(Items.ITEM, ItemTraits.CATEGORY), Items.ITEM)
            .orderBy(Items.ITEM)
            .collectAsList();
    Group all = new Group();
    TreeMap<String, Group> byCategory = new TreeMap<>();
    double within = 0;
    long freedom = 0;
    for (Row row : rows) {
      all.add(row);
      byCategory.computeIfAbsent(category(row), name -> new Group()).add(row);
      within += row.<Double>getAs(WITHIN);
      freedom += row.<Long>getAs(FREEDOM);
    }
    Figures overall = all.figures(new Figures(DEFAULT_MEAN_LOG_DAYS, 0), 0);
    List<Row> byItem = new ArrayList<>();
    for (Row row : rows) {
      Group item = new Group();
      item.add(row);
      Figures figures =
          item.figures(byCategory.get(category(row)).figures(overall, shrinkage), shrinkage);
      byItem.add(
          RowFactory.create(
              row.<Integer>getAs(Items.ITEM), figures.meanLogDays(), figures.again()));
    }
    return new Rhythm(
        pairs.sparkSession().createDataFrame(byItem, SCHEMA),
        freedom == 0 ? DEFAULT_SPREAD : Math.max(MIN_SPREAD, Math.sqrt(within / freedom)));
  }

  /** Intervals of a pair. */
  private static Column again() {
    return col(DAYS).minus(1);
  }

  private static String category(Row row) {
    String category = row.getAs(ItemTraits.CATEGORY);
    return category == null ? "" : category;
  }

  private record Figures(double meanLogDays, double again) {}

  /** Sums over items. */
  private static final class Group {
    private double logSum;
    private long intervals;
    private long purchases;

    void add(Row item) {
      logSum += item.<Double>getAs(LOG_SUM);
      intervals += item.<Long>getAs(AGAIN);
      purchases += item.<Long>getAs(DAYS);
    }

    Figures figures(Figures wider, double shrinkage) {
      return new Figures(
          mean(logSum, intervals, wider.meanLogDays(), shrinkage),
          mean((double) intervals, purchases, wider.again(), shrinkage));
    }

    private static double mean(double sum, long count, double wider, double shrinkage) {
      double weight = count + shrinkage;
      return weight == 0 ? wider : (sum + shrinkage * wider) / weight;
    }
  }
}
