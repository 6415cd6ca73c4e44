package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Ratings of one partition by row (compressed sparse rows): the ratings of row r are {@code
 * starts[r] ≤ at < starts[r + 1]}, ascending by the other side's id. A row with too many ratings
 * for one task stands in several parts, which may lie in different blocks.
 *
 * @param ids of the rows, ascending; then those of parts
 * @param parts see {@link RowParts#part}
 * @param places of the other side's ids
 * @param values weights or ratings
 */
record RatingBlock(int[] ids, int[] parts, int[] starts, int[] places, float[] values)
    implements Serializable {
  /**
   * Of ratings ascending by row and column, with ids in the place of places.
   *
   * @param parts whose names stand for rows
   */
  static RatingBlock of(Ratings sorted, RowParts parts) {
    int[] rows = sorted.rows();
    int[] starts =
        IntStream.rangeClosed(0, rows.length)
            .filter(at -> at == 0 || at == rows.length || rows[at] != rows[at - 1])
            .toArray();
    int[] names = Arrays.stream(starts).limit(starts.length - 1).map(at -> rows[at]).toArray();
    return new RatingBlock(
        Arrays.stream(names).map(parts::row).toArray(),
        Arrays.stream(names).map(parts::part).toArray(),
        starts,
        sorted.columns(),
        sorted.values());
  }

  /** With places in the place of ids. */
  RatingBlock placed(Side.Places of) {
    return new RatingBlock(ids, parts, starts, Arrays.stream(places).map(of::of).toArray(), values);
  }

  /** With values times a factor. */
  RatingBlock times(double factor) {
    float[] multiples = new float[values.length];
    for (int at = 0; at < multiples.length; at++) {
      multiples[at] = (float) (values[at] * factor);
    }
    return new RatingBlock(ids, parts, starts, places, multiples);
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
