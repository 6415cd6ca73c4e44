package org.nightjar.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.table.Events;
import scala.Tuple2;

/**
 * The ratings that a factorisation learns from, in the executors' memory: read once, then counted
 * and dealt out by user and by item.
 */
final class PackedRatings {
  private final SparkSession spark;

  /** Users are rows. */
  private final JavaRDD<Ratings> runs;

  private PackedRatings(SparkSession spark, JavaRDD<Ratings> runs) {
    this.spark = spark;
    this.runs = runs;
  }

  /**
   * Not read yet.
   *
   * @param ratings see {@link Preferences#of}
   */
  static PackedRatings of(Dataset<Row> ratings) {
    // Spark's own rows: turning them into others would take longer than packing them.
    JavaRDD<Ratings> runs =
        SparkScope.persisted(
            ratings
                .select(Events.USER, Events.ITEM, Preferences.PREFERENCE)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(Ratings::runs));
    return new PackedRatings(ratings.sparkSession(), runs);
  }

  SparkSession spark() {
    return spark;
  }

  /** The users and the items with ratings. */
  record Sides(Side users, Side items) {}

  /** Both sides, on the driver. */
  Sides sides() {
    List<Tuple2<String, long[]>> counts = counts(Events.USER, Events.ITEM).collect();
    return new Sides(side(Events.USER, counts), side(Events.ITEM, counts));
  }

  private static Side side(String column, List<Tuple2<String, long[]>> counts) {
    return Side.of(
        column,
        counts.stream()
            .filter(part -> part._1.equals(column))
            .flatMapToLong(part -> Arrays.stream(part._2))
            .toArray());
  }

  /** The users with more ratings than that, in parts. */
  RowParts longUsers(int longest) {
    return side(
            Events.USER,
            counts(Events.USER)
                .map(
                    part ->
                        new Tuple2<>(
                            part._1,
                            Arrays.stream(part._2)
                                .filter(count -> (int) count > longest)
                                .toArray()))
                .collect())
        .parts(longest);
  }

  /** Ids of columns and how often they occur, {@code id · 2³² + count}, each id in one array. */
  private JavaRDD<Tuple2<String, long[]>> counts(String... columns) {
    int buckets = Math.max(1, runs.getNumPartitions());
    return runs.flatMapToPair(run -> counts(run, columns, buckets))
        .partitionBy(new HashPartitioner(columns.length * buckets))
        .values()
        .mapPartitionsWithIndex(
            (number, parts) ->
                List.of(new Tuple2<>(columns[number / buckets], summed(parts))).iterator(),
            true);
  }

  private static Iterator<Tuple2<Integer, long[]>> counts(
      Ratings run, String[] columns, int buckets) {
    List<Tuple2<Integer, long[]>> counts = new ArrayList<>();
    for (int column = 0; column < columns.length; column++) {
      LongStream.Builder[] dealt = new LongStream.Builder[buckets];
      Arrays.setAll(dealt, bucket -> LongStream.builder());
      for (long count : seenFrom(columns[column], run).countsByRow()) {
        int id = (int) (count >>> Integer.SIZE);
        dealt[Math.floorMod(RowParts.hash(id), buckets)].add(count);
      }
      for (int bucket = 0; bucket < buckets; bucket++) {
        counts.add(new Tuple2<>(column * buckets + bucket, dealt[bucket].build().toArray()));
      }
    }
    return counts.iterator();
  }

  /** Of each id one count. */
  private static long[] summed(Iterator<long[]> parts) {
    List<long[]> all = new ArrayList<>();
    parts.forEachRemaining(all::add);
    long[] counts = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    int size = 0;
    for (long count : counts) {
      if (size > 0 && counts[size - 1] >>> Integer.SIZE == count >>> Integer.SIZE) {
        counts[size - 1] += (int) count;
      } else {
        counts[size++] = count;
      }
    }
    return Arrays.copyOf(counts, size);
  }

  private static Ratings seenFrom(String column, Ratings run) {
    return column.equals(Events.USER) ? run : run.transposed();
  }

  /**
   * The ratings by row of one side, each row or part of a row in one block, by hash, with ids in
   * the place of places. What a row or part holds does not depend on the number of blocks.
   *
   * @param column of the rows: users or items
   */
  JavaRDD<RatingBlock> by(String column, RowParts parts, int blocks) {
    return runs.flatMapToPair(run -> seenFrom(column, run).dealt(blocks, parts).iterator())
        .partitionBy(new HashPartitioner(blocks))
        .values()
        .mapPartitions(dealt -> List.of(RatingBlock.of(Ratings.sorted(dealt), parts)).iterator());
  }

  long count() {
    return runs.map(run -> (long) run.size()).fold(0L, Long::sum);
  }

  /** Lets go of the memory; what the ratings were dealt out to stays, on the disks. */
  void release() {
    SparkScope.release(runs);
  }
}
