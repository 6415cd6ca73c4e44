package org.nightjar.models;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Some ratings in arrays of equal length, 12 bytes each.
 *
 * @param rows ids of one side, at least 0; below 0, names of {@link RowParts}
 * @param columns ids of the other side, at least 0
 * @param values weights or ratings
 */
record Ratings(int[] rows, int[] columns, float[] values) implements Serializable {
  /** Most ratings of a run. */
  static final int RUN = 1 << 20;

  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private static Ratings ofSize(int size) {
    return new Ratings(new int[size], new int[size], new float[size]);
  }

  /** Runs of a partition's ratings: row id, column id and value of each. */
  static Iterator<Ratings> runs(Iterator<InternalRow> partition) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return partition.hasNext();
      }

      @Override
      public Ratings next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Ratings run = ofSize(1 << 10);
        int size = 0;
        while (size < RUN && partition.hasNext()) {
          if (size == run.size()) {
            run = run.resized(2 * size);
          }
          InternalRow rating = partition.next();
          run.set(size++, rating.getInt(0), rating.getInt(1), rating.getFloat(2));
        }
        return run.resized(size);
      }
    };
  }

  private Ratings resized(int size) {
    return new Ratings(
        Arrays.copyOf(rows, size), Arrays.copyOf(columns, size), Arrays.copyOf(values, size));
  }

  int size() {
    return values.length;
  }

  private void set(int at, int row, int column, float value) {
    rows[at] = row;
    columns[at] = column;
    values[at] = value;
  }

  /** The same with the sides exchanged; shares the arrays. */
  Ratings transposed() {
    return new Ratings(columns, rows, values);
  }

  /** How often each row occurs, ascending by id: {@code id · 2³² + count}. */
  long[] countsByRow() {
    int[] sorted = rows.clone();
    Arrays.sort(sorted);
    long[] counts = new long[sorted.length];
    int size = 0;
    for (int from = 0, to = 0; from < sorted.length; from = to) {
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      counts[size++] = (long) sorted[from] << Integer.SIZE | (to - from);
    }
    return Arrays.copyOf(counts, size);
  }

  /**
   * The ratings dealt out to blocks by row, or part of a row, whose name takes the row's place.
   *
   * @return blocks that are not empty, by number
   */
  List<Tuple2<Integer, Ratings>> dealt(int blocks, RowParts parts) {
    int[] names = new int[size()];
    int[] to = new int[size()];
    int[] counts = new int[blocks];
    for (int at = 0; at < to.length; at++) {
      names[at] = parts.name(rows[at], columns[at]);
      to[at] = Math.floorMod(RowParts.hash(names[at]), blocks);
      counts[to[at]]++;
    }
    Ratings[] dealt = new Ratings[blocks];
    for (int at = 0; at < to.length; at++) {
      int block = to[at];
      if (dealt[block] == null) {
        dealt[block] = ofSize(counts[block]);
      }
      dealt[block].set(--counts[block], names[at], columns[at], values[at]);
    }
    return IntStream.range(0, blocks)
        .filter(block -> dealt[block] != null)
        .mapToObj(block -> new Tuple2<>(block, dealt[block]))
        .toList();
  }

  /**
   * All of them in one, ascending by row, then by column, as unsigned numbers: sorted digit by
   * digit, the least significant first.
   */
  static Ratings sorted(Iterator<Ratings> parts) {
    Ratings sorted = joined(parts);
    Ratings spare = ofSize(sorted.size());
    for (boolean byRow : new boolean[] {false, true}) {
      for (int shift = 0; shift < bits(byRow ? sorted.rows : sorted.columns); shift += DIGIT_BITS) {
        sorted.dealByDigit(byRow ? sorted.rows : sorted.columns, shift, spare);
        Ratings before = sorted;
        sorted = spare;
        spare = before;
      }
    }
    return sorted;
  }

  private static Ratings joined(Iterator<Ratings> parts) {
    List<Ratings> all = new ArrayList<>();
    parts.forEachRemaining(all::add);
    Ratings joined = ofSize(all.stream().mapToInt(Ratings::size).reduce(0, Math::addExact));
    int from = 0;
    for (Ratings part : all) {
      System.arraycopy(part.rows, 0, joined.rows, from, part.size());
      System.arraycopy(part.columns, 0, joined.columns, from, part.size());
      System.arraycopy(part.values, 0, joined.values, from, part.size());
      from += part.size();
    }
    return joined;
  }

  /** Of the largest. */
  private static int bits(int[] ids) {
    int all = 0;
    for (int id : ids) {
      all |= id;
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(all);
  }

  /** Those with equal digits stay in order. */
  private void dealByDigit(int[] ids, int shift, Ratings into) {
    int[] next = new int[DIGITS + 1];
    for (int id : ids) {
      next[((id >>> shift) & (DIGITS - 1)) + 1]++;
    }
    for (int digit = 0; digit < DIGITS; digit++) {
      next[digit + 1] += next[digit];
    }
    for (int at = 0; at < ids.length; at++) {
      into.set(next[(ids[at] >>> shift) & (DIGITS - 1)]++, rows[at], columns[at], values[at]);
    }
  }
}
