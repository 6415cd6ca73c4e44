package org.nightjar.models;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Rows with too many ratings for one task, dealt out in parts by hash of the column. Each part has
 * a name below 0, which no id is.
 *
 * @param spans by row
 * @param rows by number of a part, over all rows
 */
record RowParts(Map<Integer, Span> spans, int[] rows) implements Serializable {
  /** All rows stay whole. */
  static final RowParts NONE = of(Map.of());

  /** What {@link #part} is of rows in one piece. */
  static final int WHOLE = -1;

  /** Number of a row's first part over all rows, and how many there are. */
  private record Span(int first, int count) implements Serializable {}

  /** By row: in how many parts it is dealt out. */
  static RowParts of(Map<Integer, Integer> counts) {
    Map<Integer, Span> spans = new HashMap<>();
    int next = 0;
    for (Map.Entry<Integer, Integer> row : counts.entrySet()) {
      spans.put(row.getKey(), new Span(next, row.getValue()));
      next += row.getValue();
    }
    int[] rows = new int[next];
    spans.forEach((row, span) -> Arrays.fill(rows, span.first(), span.first() + span.count(), row));
    return new RowParts(spans, rows);
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  /** The row itself, or the name of the part that has the column. */
  int name(int row, int column) {
    Span span = spans.isEmpty() ? null : spans.get(row);
    return span == null ? row : ~(span.first() + Math.floorMod(hash(column), span.count()));
  }

  /** The row of a name. */
  int row(int name) {
    return name >= 0 ? name : rows[~name];
  }

  /** The part's number among those of its row, from 0; {@link #WHOLE} for rows in one piece. */
  int part(int name) {
    return name >= 0 ? WHOLE : ~name - spans.get(rows[~name]).first();
  }

  /** Spreads ids and names: neighbouring ones may be of a kind. */
  static int hash(int id) {
    return Integer.rotateRight(id * 0x9E3779B1, 15);
  }
}
