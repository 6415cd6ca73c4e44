package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.rank.kernel.WeightedRows;
import org.nightjar.table.Items;

/**
 * How much having one item speaks for another: a matrix over the items with events, its rows kept
 * whole, or only their largest weights. Catalogue-sized, for driver and executors; safe for several
 * tasks at a time.
 */
final class ItemWeights implements Serializable {
  /** The items that a row's weights are of, ascending; null: all items that have a row. */
  private static final String TARGETS = "targets";

  private static final String WEIGHTS = "weights";

  private static final StructType SCHEMA =
      new StructType()
          .add(Items.ITEM, DataTypes.IntegerType, false)
          .add(TARGETS, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(WEIGHTS, DataTypes.createArrayType(DataTypes.FloatType, false), false);

  private static final long BYTES_PER_PARTITION = 32L << 20;

  private final int[] items;
  private final int[] places;
  private final int[][] targets;
  private final float[][] weights;

  private ItemWeights(int[] items, int itemCount) {
    this.items = items;
    this.places = places(items, itemCount);
    this.targets = new int[items.length][];
    this.weights = new float[items.length][];
  }

  /** The place of each item among these, −1 where it is not one of them. */
  static int[] places(int[] items, int itemCount) {
    int[] places = new int[itemCount];
    Arrays.fill(places, -1);
    for (int place = 0; place < items.length; place++) {
      places[items[place]] = place;
    }
    return places;
  }

  /** Bytes in memory of this many rows with this many weights each, 0: all. */
  static long bytes(int items, int perItem) {
    return items * (whole(items, perItem) ? 4L * items : 8L * perItem);
  }

  /** Whether whole rows take no more room than their largest weights and whose they are. */
  private static boolean whole(int items, int perItem) {
    return perItem == 0 || 2L * perItem >= items;
  }

  /**
   * One row per item: {@code item}, the targets and their weights.
   *
   * @param items ascending
   * @param perItem weights to keep per row, the largest in size, ties by ascending item; 0: all
   * @param rows the weights of all items by the place of the item that is had; asked for once each,
   *     from several threads
   */
  static Dataset<Row> table(
      SparkSession spark, int[] items, int perItem, IntFunction<float[]> rows) {
    boolean whole = whole(items.length, perItem);
    int[] all = IntStream.range(0, items.length).toArray();
    List<Kept> kept =
        IntStream.range(0, items.length)
            .parallel()
            .mapToObj(
                place ->
                    whole
                        ? new Kept(items[place], null, rows.apply(place))
                        : Kept.largest(items, place, rows.apply(place), new TopN(all, perItem)))
            .toList();
    Broadcast<List<Kept>> broadcast = Broadcasts.of(spark, kept);
    int partitions = (int) (1 + bytes(items.length, perItem) / BYTES_PER_PARTITION);
    MapFunction<Long, Row> row = place -> broadcast.value().get(place.intValue()).row();
    return spark.range(0, items.length, 1, partitions).map(row, Encoders.row(SCHEMA));
  }

  /** As written by {@link #table}. */
  static ItemWeights of(Dataset<Row> table, int itemCount) {
    int[] items =
        table.select(col(Items.ITEM)).collectAsList().stream()
            .mapToInt(row -> row.getInt(0))
            .sorted()
            .toArray();
    ItemWeights all = new ItemWeights(items, itemCount);
    // A partition at a time: boxed values take several times the room of the arrays.
    for (Iterator<Row> rows = table.toLocalIterator(); rows.hasNext(); ) {
      Row row = rows.next();
      int place = all.places[row.<Integer>getAs(Items.ITEM)];
      all.weights[place] = TopN.floats(row, WEIGHTS);
      if (!row.isNullAt(row.fieldIndex(TARGETS))) {
        all.targets[place] =
            Arrays.stream(TopN.ints(row, TARGETS)).map(target -> all.places[target]).toArray();
      }
    }
    return all;
  }

  int itemCount() {
    return places.length;
  }

  /**
   * Overwrites the scores with the sum of the history's rows, NaN for items without a row.
   *
   * @return false, with the scores undefined, if no item of the history has a row
   */
  boolean score(int[] history, float[] amounts, float[] scores) {
    Arrays.fill(scores, 0, items.length, 0f);
    float[][] wholeRows = new float[history.length][];
    float[] wholeAmounts = new float[history.length];
    int wholeCount = 0;
    boolean known = false;
    for (int at = 0; at < history.length; at++) {
      int place = places[history[at]];
      if (place >= 0) {
        known = true;
        if (targets[place] == null) {
          wholeRows[wholeCount] = weights[place];
          wholeAmounts[wholeCount++] = amounts[at];
        } else {
          add(scores, amounts[at], targets[place], weights[place]);
        }
      }
    }
    WeightedRows.add(scores, items.length, Arrays.copyOf(wholeAmounts, wholeCount), wholeRows);
    spread(scores);
    return known;
  }

  private static void add(float[] scores, float amount, int[] targets, float[] weights) {
    for (int at = 0; at < targets.length; at++) {
      scores[targets[at]] += amount * weights[at];
    }
  }

  /** Moves scores from places to items: no item comes before its place, so the last goes first. */
  private void spread(float[] scores) {
    Arrays.fill(scores, items.length, scores.length, Float.NaN);
    for (int place = items.length - 1; place >= 0; place--) {
      float score = scores[place];
      scores[place] = Float.NaN;
      scores[items[place]] = score;
    }
  }

  /** The item with the largest positive weight for another, the earlier of equals; −1: none. */
  int mostTelling(int[] history, int item) {
    int telling = -1;
    float largest = 0;
    for (int had : history) {
      float weight = weight(places[had], places[item]);
      if (weight > largest) {
        largest = weight;
        telling = had;
      }
    }
    return telling;
  }

  /** What having an item adds to the score of another, for an amount of 1; 0 if nothing. */
  float influence(int had, int item) {
    return weight(places[had], places[item]);
  }

  private float weight(int from, int to) {
    if (from < 0 || to < 0) {
      return 0;
    }
    if (targets[from] == null) {
      return weights[from][to];
    }
    int at = Arrays.binarySearch(targets[from], to);
    return at < 0 ? 0 : weights[from][at];
  }

  /** A row of the table. */
  private record Kept(int item, int[] targets, float[] weights) implements Serializable {

    static Kept largest(int[] items, int place, float[] weights, TopN best) {
      float[] sizes = new float[weights.length];
      for (int at = 0; at < sizes.length; at++) {
        sizes[at] = Math.abs(weights[at]);
      }
      int[] places = best.select(sizes, new int[] {place}).items();
      Arrays.sort(places);
      int[] targets = new int[places.length];
      float[] kept = new float[places.length];
      for (int at = 0; at < places.length; at++) {
        targets[at] = items[places[at]];
        kept[at] = weights[places[at]];
      }
      return new Kept(items[place], targets, kept);
    }

    Row row() {
      Integer[] boxedTargets =
          targets == null ? null : Arrays.stream(targets).boxed().toArray(Integer[]::new);
      Float[] boxedWeights = new Float[weights.length];
      for (int at = 0; at < weights.length; at++) {
        boxedWeights[at] = weights[at];
      }
      return RowFactory.create(item, boxedTargets, boxedWeights);
    }
  }
}
