package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The users, or the items, of a matrix of ratings: those with ratings, by place. On the driver, 8
 * bytes each.
 *
 * @param column that names them in the ratings
 * @param ids dense indexes, ascending; the place of an id is its position here
 * @param counts ratings by place
 */
record Side(String column, int[] ids, int[] counts) implements Serializable {
  /**
   * Of ids and how often they occur.
   *
   * @param counts {@code id · 2³² + count}, each id once
   */
  static Side of(String column, long[] counts) {
    long[] ascending = counts.clone();
    Arrays.parallelSort(ascending);
    return new Side(
        column,
        Arrays.stream(ascending).mapToInt(count -> (int) (count >>> Integer.SIZE)).toArray(),
        Arrays.stream(ascending).mapToInt(count -> (int) count).toArray());
  }

  int size() {
    return ids.length;
  }

  long ratings() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  /** Rows of more ratings than that, in parts that have no more of them on average. */
  RowParts parts(int longest) {
    Map<Integer, Integer> parts = new LinkedHashMap<>();
    for (int place = 0; place < ids.length; place++) {
      if (counts[place] > longest) {
        parts.put(ids[place], (counts[place] - 1) / longest + 1);
      }
    }
    return RowParts.of(parts);
  }

  /** Where each id is; a table of all ids up to the largest, which are dense. */
  Places places() {
    int[] places = new int[ids.length == 0 ? 0 : ids[ids.length - 1] + 1];
    Arrays.fill(places, -1);
    for (int place = 0; place < ids.length; place++) {
      places[ids[place]] = place;
    }
    return new Places(places);
  }

  /**
   * Places by id, for tasks.
   *
   * @param byId −1 where the side has no such id
   */
  record Places(int[] byId) implements Serializable {
    int of(int id) {
      return byId[id];
    }
  }
}
