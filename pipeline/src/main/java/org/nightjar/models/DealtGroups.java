package org.nightjar.models;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.nightjar.rank.kernel.TopN;
import scala.Tuple2;

/**
 * Groups of one partition, see {@link CoOccurrences}, dealt out to the stripes whose items ask for
 * them, in bounded memory.
 */
final class DealtGroups implements Iterator<Tuple2<Integer, PackedGroups>> {
  /** Items held before they are handed on. */
  private static final int HANDED_ON_AT = 1 << 20;

  private final Iterator<Row> groups;
  private final double[] shares;
  private final int stripes;
  private final int handedOnAt;
  private final Map<Integer, PackedGroups.Builder> builders = new LinkedHashMap<>();
  private final int[] lastGroup;
  private final Queue<Tuple2<Integer, PackedGroups>> ready = new ArrayDeque<>();
  private int group;
  private int held;

  /** Of so many stripes; the shares are those of {@link CoOccurrences.Totals}. */
  DealtGroups(Iterator<Row> groups, double[] shares, int stripes) {
    this(groups, shares, stripes, HANDED_ON_AT);
  }

  /** With another limit. */
  DealtGroups(Iterator<Row> groups, double[] shares, int stripes, int handedOnAt) {
    this.handedOnAt = handedOnAt;
    this.groups = groups;
    this.shares = shares;
    this.stripes = stripes;
    this.lastGroup = new int[stripes];
  }

  /** The column with the items that ask for what a group holds. */
  static String rowItems(StructType schema) {
    return isDirected(schema) ? CoOccurrences.NEXT_ITEMS : Heaviest.ITEMS;
  }

  private static boolean isDirected(StructType schema) {
    return Arrays.asList(schema.fieldNames()).contains(CoOccurrences.NEXT_ITEMS);
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && groups.hasNext()) {
      deal(groups.next());
      if (held >= handedOnAt || !groups.hasNext()) {
        builders.forEach((stripe, builder) -> ready.add(new Tuple2<>(stripe, builder.build())));
        builders.clear();
        held = 0;
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Tuple2<Integer, PackedGroups> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void deal(Row row) {
    Counted had = Counted.of(row, Heaviest.ITEMS, Heaviest.WEIGHTS, shares);
    Counted asking =
        isDirected(row.schema())
            ? Counted.of(row, CoOccurrences.NEXT_ITEMS, CoOccurrences.NEXT_WEIGHTS, shares)
            : had;
    group++;
    for (int at = 0; at < asking.count(); at++) {
      int item = asking.items()[at];
      int stripe = stripe(item);
      PackedGroups.Builder builder =
          builders.computeIfAbsent(stripe, any -> new PackedGroups.Builder());
      if (lastGroup[stripe] != group) {
        lastGroup[stripe] = group;
        builder.group(had.items(), had.weights(), had.count());
        held += had.count();
      }
      builder.asks(item, asking.weights()[at]);
    }
  }

  /** Hashed, since neighbouring indexes may be items of a kind. */
  private int stripe(int item) {
    return Math.floorMod(Integer.rotateRight(item * 0x9E3779B1, 15), stripes);
  }

  /** The items of a group that its draw lets count: the first {@code count} of the arrays. */
  private record Counted(int[] items, float[] weights, int count) {
    static Counted of(Row group, String itemColumn, String weightColumn, double[] shares) {
      int[] items = TopN.ints(group, itemColumn);
      float[] weights = TopN.floats(group, weightColumn);
      double draw = group.getAs(CoOccurrences.DRAW);
      int count = 0;
      for (int at = 0; at < items.length; at++) {
        if (draw < shares[items[at]]) {
          items[count] = items[at];
          weights[count++] = weights[at];
        }
      }
      return new Counted(items, weights, count);
    }
  }
}
