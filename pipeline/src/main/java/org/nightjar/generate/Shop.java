package org.nightjar.generate;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.nightjar.generate.Draws.Purpose;
import org.nightjar.rank.kernel.Broadcasts;

/**
 * A made-up shop's users, items and events, computed row by row where they are needed: a task holds
 * one basket's line at a time, however long a history is. The rows are the same however they are
 * partitioned. What is planted in them is said in docs/GENERATE.md.
 */
final class Shop {
  private static final int PLAIN_ROWS_PER_FILE = 1_000_000;
  private static final long FEWEST_EVENTS_PER_FILE = 250_000;
  private static final long MOST_EVENTS_PER_FILE = 2_000_000;
  private static final int USUAL_FILES = 64;

  private final SparkSession spark;
  private final ShopSize size;

  Shop(SparkSession spark, ShopSize size) {
    this.spark = spark;
    this.size = size;
  }

  /** {@link ShopTables#USER_ROWS}. */
  Dataset<Row> users() {
    ShopSize shop = size;
    SalesCalendar calendar = new SalesCalendar(shop);
    return numbered(
        shop.users() + (shop.heaviest() > 0 ? 1 : 0),
        number ->
            Dirt.spoil(
                Stream.of(new Object[][] {user(shop, calendar, number)}).iterator(),
                ShopTables.USER_ROWS,
                Dirt.OF_USERS,
                shop.dirt(),
                new Draws(shop.seed(), Purpose.USER_DIRT, number)),
        ShopTables.USER_ROWS);
  }

  private static Object[] user(ShopSize size, SalesCalendar calendar, int number) {
    Shopper shopper = Shopper.of(size, number);
    return new Object[] {
      userId(number),
      shopper.age(),
      Shopper.GENDERS.get(shopper.gender()),
      shopper.regionName(),
      Shopper.INCOMES.get(shopper.income()),
      calendar.date(shopper.joinDay()).toString(),
      null
    };
  }

  private static String userId(int number) {
    return String.format(Locale.ROOT, "U%09d", number);
  }

  /** {@link ShopTables#ITEM_ROWS}. */
  Dataset<Row> items() {
    ShopSize shop = size;
    SalesCalendar calendar = new SalesCalendar(shop);
    Catalogue catalogue = new Catalogue(shop);
    return numbered(
        shop.items(),
        place ->
            Dirt.spoil(
                Stream.of(new Object[][] {item(catalogue, calendar, place)}).iterator(),
                ShopTables.ITEM_ROWS,
                Dirt.OF_ITEMS,
                shop.dirt(),
                new Draws(shop.seed(), Purpose.ITEM_DIRT, place)),
        ShopTables.ITEM_ROWS);
  }

  private static Object[] item(Catalogue catalogue, SalesCalendar calendar, int place) {
    int taste = catalogue.taste(place);
    Catalogue.Item item = catalogue.item(place);
    return new Object[] {
      catalogue.id(place),
      catalogue.category(taste, item),
      item.price(),
      catalogue.text(place, taste, item),
      catalogue.brand(taste, item),
      item.available(),
      calendar.date(item.launchDay()).toString(),
      null
    };
  }

  /** Makes the rows of a numbered thing; serialisable, since executors do. */
  private interface Rows extends java.io.Serializable {
    Iterator<Row> of(int number);
  }

  private Dataset<Row> numbered(int count, Rows rows, StructType schema) {
    int files = Math.max(1, (count + PLAIN_ROWS_PER_FILE - 1) / PLAIN_ROWS_PER_FILE);
    MapPartitionsFunction<Long, Row> all =
        numbers -> new Flattened<>(numbers, number -> rows.of(number.intValue()));
    return spark.range(0, count, 1, files).mapPartitions(all, Encoders.row(schema));
  }

  /** {@link ShopTables#EVENT_ROWS}. */
  Dataset<Row> events() {
    long perFile =
        Math.min(
            MOST_EVENTS_PER_FILE, Math.max(FEWEST_EVENTS_PER_FILE, size.events() / USUAL_FILES));
    return events((int) Math.max(1, (size.events() + perFile - 1) / perFile));
  }

  /**
   * The same.
   *
   * @param parts how many tasks make them, and one more for the heaviest user
   */
  Dataset<Row> events(int parts) {
    ShopSize shop = size;
    Activity activity = Activity.of(spark, shop);
    int[] starts = activity.parts(parts);
    Catalogue catalogue = new Catalogue(shop);
    SalesCalendar calendar = new SalesCalendar(shop);
    Broadcast<Activity> shared = Broadcasts.of(spark, activity);
    MapPartitionsFunction<Long, Row> purchases =
        numbers ->
            new Flattened<>(
                numbers,
                number -> {
                  int part = number.intValue();
                  if (part == parts) {
                    return lines(shop, catalogue, calendar, shop.users(), shop.heaviest());
                  }
                  return new Flattened<>(
                      IntStream.range(starts[part], starts[part + 1]).iterator(),
                      block -> block(shop, catalogue, calendar, block, shared.value()));
                });
    int tasks = parts + (shop.heaviest() > 0 ? 1 : 0);
    return spark
        .range(0, tasks, 1, tasks)
        .mapPartitions(purchases, Encoders.row(ShopTables.EVENT_ROWS));
  }

  private static Iterator<Row> block(
      ShopSize size, Catalogue catalogue, SalesCalendar calendar, int block, Activity activity) {
    long[] events = activity.events(block);
    return new Flattened<>(
        IntStream.range(0, events.length).iterator(),
        user -> lines(size, catalogue, calendar, block * Activity.BLOCK + user, events[user]));
  }

  private static Iterator<Row> lines(
      ShopSize size, Catalogue catalogue, SalesCalendar calendar, int user, long count) {
    if (count == 0) {
      return List.<Row>of().iterator();
    }
    History history = new History(size, catalogue, calendar, user, count);
    String userId = userId(user);
    Iterator<Object[]> clean =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return history.hasNext();
          }

          @Override
          public Object[] next() {
            History.Line line = history.next();
            return new Object[] {
              userId,
              catalogue.id(line.place()),
              Instant.ofEpochSecond(line.epochSecond()).toString(),
              line.quantity(),
              line.amount(),
              user + "-" + line.order(),
              null
            };
          }
        };
    return Dirt.spoil(
        clean,
        ShopTables.EVENT_ROWS,
        Dirt.OF_EVENTS,
        size.dirt(),
        new Draws(size.seed(), Purpose.EVENT_DIRT, user));
  }
}
