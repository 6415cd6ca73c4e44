package org.nightjar.models;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The users, or the items, of a matrix of ratings: those with ratings, by place. On the driver, 8
 * bytes each.
 *
 * @param column that names them in the ratings
 * @param ids dense indexes, ascending; the place of an id is its position here
 * @param counts ratings by place
 */
record Side(String column, int[] ids, int[] counts) implements Serializable {
  private static final String COUNT = "count";

  /** The ids of a column of the ratings. */
  static Side of(Dataset<Row> ratings, String column) {
    List<long[]> parts =
        ratings
            .groupBy(column)
            .agg(count(lit(1)).as(COUNT))
            .select(col(column), col(COUNT))
            .javaRDD()
            .mapPartitions(rows -> List.of(packed(rows)).iterator())
            .collect();
    long[] all = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    int[] ids = new int[all.length];
    int[] counts = new int[all.length];
    for (int place = 0; place < all.length; place++) {
      ids[place] = (int) (all[place] >>> Integer.SIZE);
      counts[place] = (int) all[place];
    }
    return new Side(column, ids, counts);
  }

  /** Id and count of each row in one number, so that numbers sort as ids do. */
  private static long[] packed(Iterator<Row> rows) {
    List<Long> packed = new ArrayList<>();
    rows.forEachRemaining(row -> packed.add((long) row.getInt(0) << Integer.SIZE | row.getLong(1)));
    return packed.stream().mapToLong(Long::longValue).toArray();
  }

  int size() {
    return ids.length;
  }

  long ratings() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  /** In how many parts rows of more ratings than that are to be dealt out, by id. */
  Map<Integer, Integer> parts(int longest) {
    Map<Integer, Integer> parts = new LinkedHashMap<>();
    for (int place = 0; place < ids.length; place++) {
      if (counts[place] > longest) {
        parts.put(ids[place], parts(counts[place], longest));
      }
    }
    return parts;
  }

  /** The parts of a row of so many ratings. */
  static int parts(long ratings, int longest) {
    return Math.toIntExact((ratings - 1) / longest + 1);
  }

  Places places() {
    return new Places(ids);
  }

  /** Places by id, for tasks. */
  record Places(int[] ids) implements Serializable {
    int of(int id) {
      return Arrays.binarySearch(ids, id);
    }
  }
}
