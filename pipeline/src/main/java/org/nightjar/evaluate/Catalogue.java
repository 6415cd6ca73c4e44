package org.nightjar.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.table.Events;
import org.nightjar.table.Items;

/** What the lists are made of, by item index: popularity in the training part, and category. */
final class Catalogue implements Serializable {
  /** Share of the training pairs that the head makes up. */
  private static final double HEAD_SHARE = 0.8;

  private static final String BUYERS = "buyers";

  /** Share of training users who had the item, 0 to 1. */
  static final String POPULARITY = "popularity";

  /** Of a popularity that nobody asks for. */
  static final Catalogue EMPTY = new Catalogue(new long[0], 0, new String[0]);

  private static final StructType ROWS =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType, false)
          .add(POPULARITY, DataTypes.DoubleType, false);

  private final double[] popularity;
  private final int[] places;
  private final int headItems;
  private final int[] categories;

  /**
   * @param buyers number of users with the item
   * @param users number of users with any
   * @param categories null where unknown
   */
  Catalogue(long[] buyers, long users, String[] categories) {
    int[] order =
        IntStream.range(0, buyers.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer item) -> -buyers[item]))
            .mapToInt(item -> item)
            .toArray();
    long all = Arrays.stream(buyers).sum();
    this.popularity = new double[buyers.length];
    this.places = new int[buyers.length];
    long sum = 0;
    int head = 0;
    for (int place = 0; place < order.length; place++) {
      places[order[place]] = place;
      popularity[order[place]] = users == 0 ? 0 : (double) buyers[order[place]] / users;
      if (sum < HEAD_SHARE * all) {
        head = place + 1;
      }
      sum += buyers[order[place]];
    }
    this.headItems = head;
    Map<String, Integer> codes = new HashMap<>();
    this.categories = new int[categories.length];
    for (int item = 0; item < categories.length; item++) {
      String category = categories[item];
      this.categories[item] =
          category == null ? -1 : codes.computeIfAbsent(category, name -> codes.size());
    }
  }

  /** One pass over {@code user}, {@code item} of the training part, repeated or not. */
  static Catalogue of(Dataset<Row> seen, String[] categories) {
    Dataset<Row> pairs = seen.select(Events.USER, Events.ITEM).distinct();
    List<Row> counts = pairs.groupBy(Events.ITEM).agg(count(lit(1)).as(BUYERS)).collectAsList();
    long[] buyers = new long[categories.length];
    counts.forEach(row -> buyers[row.getInt(0)] = row.getLong(1));
    return new Catalogue(buyers, seen.select(col(Events.USER)).distinct().count(), categories);
  }

  /** {@code item} int, {@link #POPULARITY}. */
  Dataset<Row> rows(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int item = 0; item < popularity.length; item++) {
      rows.add(RowFactory.create(item, popularity[item]));
    }
    return spark.createDataFrame(rows, ROWS);
  }

  /** Number of items that exist. */
  int items() {
    return popularity.length;
  }

  /** Share of training users who had the item. */
  double popularity(int item) {
    return popularity[item];
  }

  /** Place in the order of popularity, from 0, ties by item. */
  int place(int item) {
    return places[item];
  }

  /** Whether it is one of the fewest items that make up 80 % of the training pairs. */
  boolean inHead(int item) {
    return places[item] < headItems;
  }

  boolean sameCategory(int item, int other) {
    return categories[item] >= 0 && categories[item] == categories[other];
  }
}
