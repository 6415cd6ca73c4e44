package org.nightjar.bench;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.slice;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.nightjar.generate.Generation;
import org.nightjar.generate.ShopSize;
import org.nightjar.models.Request;
import org.nightjar.models.Training;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/**
 * A generated shop without dirt, ready for models.
 *
 * @param folder for its files, and for what is measured
 */
record BenchShop(SparkSession spark, ShopSize size, String folder) {
  private static final String PURCHASES = "purchases";
  private static final String CHECKPOINTS = "checkpoints";
  private static final LocalDate LAST_DAY = LocalDate.of(2025, 12, 31);
  private static final int DAYS = 365;
  private static final double ZIPF = 0.9;
  private static final double SPREAD = 1.1;

  static BenchShop of(
      SparkSession spark, int users, int items, long events, long seed, String folder) {
    BenchShop shop =
        new BenchShop(
            spark,
            new ShopSize(users, items, events, DAYS, LAST_DAY, seed, 0, ZIPF, SPREAD, 0),
            folder);
    spark.sparkContext().setCheckpointDir(shop.path(CHECKPOINTS));
    shop.written(PURCHASES, Generation.cleanEvents(spark, shop.size()));
    return shop;
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
    Dataset<Row> users = spark.range(size.users()).select(col("id").cast("int").as(Users.USER));
    Dataset<Row> items = spark.range(size.items()).select(col("id").cast("int").as(Items.ITEM));
    Instant cutoff = LAST_DAY.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return new Training(users, List.of(), items, events, size.items(), cutoff, size.seed());
  }

  /**
   * A request for every user with events, what they have bought excluded.
   *
   * @param most excluded items of a user, those of the lowest indexes
   */
  Request request(Dataset<Row> events, int most, int perUser) {
    Dataset<Row> users =
        written(
            "requests",
            events
                .groupBy(Events.USER)
                .agg(
                    slice(array_sort(collect_set(col(Events.ITEM))), 1, most)
                        .as(Request.EXCLUDED)));
    BitSet all = new BitSet(size.items());
    all.set(0, size.items());
    return new Request(users, all, perUser);
  }
}
