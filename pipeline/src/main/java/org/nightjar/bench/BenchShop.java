package org.nightjar.bench;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.slice;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.Require;
import org.nightjar.generate.Generation;
import org.nightjar.generate.ShopSize;
import org.nightjar.models.Request;
import org.nightjar.models.Training;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * A shop without dirt, generated or of pairs from a file, ready for models.
 *
 * @param folder for its files, and for what is measured
 */
record BenchShop(SparkSession spark, int users, int items, long seed, String folder) {
  private static final String PURCHASES = "purchases";
  private static final String CHECKPOINTS = "checkpoints";
  private static final LocalDate LAST_DAY = LocalDate.of(2025, 12, 31);
  private static final int DAYS = 365;
  private static final double ZIPF = 0.9;
  private static final double SPREAD = 1.1;

  static BenchShop of(
      SparkSession spark, int users, int items, long events, long seed, String folder) {
    ShopSize size = new ShopSize(users, items, events, DAYS, LAST_DAY, seed, 0, ZIPF, SPREAD, 0);
    return new BenchShop(spark, users, items, seed, folder)
        .with(Generation.cleanEvents(spark, size));
  }

  /**
   * Of the users and items that a file pairs.
   *
   * @param file CSV, compressed or not, with {@code user_id} and {@code item_id}
   */
  static BenchShop of(SparkSession spark, String file, long seed, String folder) {
    Dataset<Row> pairs = spark.read().option("header", true).csv(file);
    for (String id : List.of(Events.USER_ID, Events.ITEM_ID)) {
      Require.that(Arrays.asList(pairs.columns()).contains(id), "'%s' has no column %s", file, id);
    }
    Dataset<Row> users = indexed(pairs, Events.USER_ID, Events.USER);
    Dataset<Row> items = indexed(pairs, Events.ITEM_ID, Events.ITEM);
    Dataset<Row> events =
        pairs
            .select(Events.USER_ID, Events.ITEM_ID)
            .join(broadcast(users), Events.USER_ID)
            .join(broadcast(items), Events.ITEM_ID);
    return new BenchShop(spark, (int) users.count(), (int) items.count(), seed, folder)
        .with(Events.CLEAN.conform(Events.CLEAN.filled(events)));
  }

  /** Each id and its place in their order. */
  private static Dataset<Row> indexed(Dataset<Row> rows, String id, String index) {
    return rows.select(id)
        .where(col(id).isNotNull())
        .distinct()
        .withColumn(index, row_number().over(Window.orderBy(id)).minus(1));
  }

  private BenchShop with(Dataset<Row> events) {
    spark.sparkContext().setCheckpointDir(path(CHECKPOINTS));
    written(PURCHASES, events);
    return this;
  }

  String path(String name) {
    return folder + "/" + name;
  }

  /** Written, and read back. */
  Dataset<Row> written(String name, Dataset<Row> rows) {
    rows.write().mode(SaveMode.Overwrite).parquet(path(name));
    return spark.read().schema(rows.schema()).parquet(path(name));
  }

  Dataset<Row> events() {
    return spark.read().schema(Events.CLEAN.schema()).parquet(path(PURCHASES));
  }

  /** What a model without use for profiles and traits learns from. */
  Training training(Dataset<Row> events) {
    Dataset<Row> userRows = spark.range(users).select(col("id").cast("int").as(Users.USER));
    Dataset<Row> itemRows = spark.range(items).select(col("id").cast("int").as(Items.ITEM));
    Instant cutoff = LAST_DAY.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return new Training(userRows, List.of(), itemRows, events, items, cutoff, seed);
  }

  /**
   * A request for every user with events, what they have bought excluded.
   *
   * @param most excluded items of a user, those of the lowest indexes
   */
  Request request(Dataset<Row> events, int most, int perUser) {
    Dataset<Row> requests =
        written(
            "requests",
            events
                .groupBy(Events.USER)
                .agg(
                    slice(array_sort(collect_set(col(Events.ITEM))), 1, most)
                        .as(Request.EXCLUDED)));
    BitSet all = new BitSet(items);
    all.set(0, items);
    return new Request(requests, all, perUser);
  }
}
