package org.nightjar.models;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.Broadcasts;

/**
 * Ratings of one partition by row (compressed sparse rows): the ratings of row r are {@code
 * starts[r] ≤ at < starts[r + 1]}, ascending by the other side's id. A row with too many ratings
 * for one task stands in several parts, which may lie in different blocks.
 *
 * @param ids of the rows, ascending; twice in a row if they have two parts here
 * @param parts number of the row's part; {@link #WHOLE} for rows in one piece
 * @param places of the other side's ids
 * @param values weights or ratings
 */
record RatingBlock(int[] ids, int[] parts, int[] starts, int[] places, float[] values)
    implements Serializable {
  static final int WHOLE = -1;

  private static final String PARTS = "parts";
  private static final String PART = "part";

  /**
   * The ratings by row of one side, each row or part of a row in one block, by hash. What a row or
   * part holds does not depend on the number of blocks.
   *
   * @param ratings the two id columns and {@link Preferences#PREFERENCE}
   * @param row name of the rows' column
   * @param parts by id: in how many parts a row is dealt out, by hash; rows not named stay whole
   * @param columns the other side, which has all ids that occur
   */
  static JavaRDD<RatingBlock> of(
      Dataset<Row> ratings, String row, Map<Integer, Integer> parts, Side columns, int blocks) {
    SparkSession spark = ratings.sparkSession();
    Broadcast<Side.Places> places = Broadcasts.of(spark, columns.places());
    List<Row> partsPerRow = new ArrayList<>();
    parts.forEach((id, count) -> partsPerRow.add(RowFactory.create(id, count)));
    StructType schema =
        new StructType()
            .add(row, DataTypes.IntegerType, false)
            .add(PARTS, DataTypes.IntegerType, false);
    return ratings
        .join(broadcast(spark.createDataFrame(partsPerRow, schema)), new String[] {row}, "left")
        .select(
            col(row),
            coalesce(pmod(hash(col(columns.column())), col(PARTS)), lit(WHOLE)).as(PART),
            col(columns.column()),
            col(Preferences.PREFERENCE))
        .repartition(blocks, col(row), col(PART))
        .sortWithinPartitions(row, PART, columns.column())
        .javaRDD()
        .mapPartitions(sorted -> List.of(of(sorted, places.value())).iterator());
  }

  private static RatingBlock of(Iterator<Row> sorted, Side.Places placeOf) {
    List<int[]> heads = new ArrayList<>();
    int[] places = new int[1024];
    float[] values = new float[1024];
    int size = 0;
    while (sorted.hasNext()) {
      Row rating = sorted.next();
      int id = rating.getInt(0);
      int part = rating.getInt(1);
      int[] last = heads.isEmpty() ? null : heads.get(heads.size() - 1);
      if (last == null || last[0] != id || last[1] != part) {
        heads.add(new int[] {id, part, size});
      }
      if (size == places.length) {
        places = Arrays.copyOf(places, Math.addExact(size, size));
        values = Arrays.copyOf(values, places.length);
      }
      places[size] = placeOf.of(rating.getInt(2));
      values[size++] = rating.getFloat(3);
    }
    heads.add(new int[] {0, 0, size});
    int rows = heads.size() - 1;
    return new RatingBlock(
        heads.stream().limit(rows).mapToInt(head -> head[0]).toArray(),
        heads.stream().limit(rows).mapToInt(head -> head[1]).toArray(),
        heads.stream().mapToInt(head -> head[2]).toArray(),
        Arrays.copyOf(places, size),
        Arrays.copyOf(values, size));
  }

  int rows() {
    return ids.length;
  }

  /** One more than the largest place; of a {@link #compact} block, how many distinct ones. */
  int columns() {
    return Arrays.stream(places).max().orElse(-1) + 1;
  }

  /** The other side's places that occur, ascending. */
  int[] distinctPlaces() {
    return Arrays.stream(places).sorted().distinct().toArray();
  }

  /** With the positions among {@link #distinctPlaces} in the place of places. */
  RatingBlock compact() {
    int[] distinct = distinctPlaces();
    int[] positions =
        Arrays.stream(places).map(place -> Arrays.binarySearch(distinct, place)).toArray();
    return new RatingBlock(ids, parts, starts, positions, values);
  }
}
