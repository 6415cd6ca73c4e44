package org.nightjar.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.BestItems;
import org.nightjar.rank.kernel.TopN;

/** The neighbours of one stripe's items, see {@link CoOccurrences}. Not for several threads. */
final class CoOccurrenceRows {
  private final List<PackedGroups> blocks = new ArrayList<>();
  private final CoOccurrences.Totals totals;
  private final CoOccurrences.Sharing sharing;
  private final CoOccurrences.Similarity similarity;
  private final BestItems best;

  /** Where each item's places begin in the three arrays below. */
  private final int[] from;

  private final int[] block;
  private final int[] group;
  private final float[] weight;

  /** The sums of the row at work, by item, in units. */
  private final double[] sums;

  /** Holds all groups of the stripe. */
  CoOccurrenceRows(
      Iterator<PackedGroups> dealt,
      CoOccurrences.Totals totals,
      CoOccurrences.Sharing sharing,
      CoOccurrences.Similarity similarity,
      int perItem) {
    dealt.forEachRemaining(blocks::add);
    this.totals = totals;
    this.sharing = sharing;
    this.similarity = similarity;
    this.best = new BestItems(perItem);
    int items = totals.shares().length;
    this.sums = new double[items];
    this.from = new int[items + 1];
    for (PackedGroups groups : blocks) {
      for (int item : groups.asking()) {
        from[item + 1]++;
      }
    }
    Arrays.parallelPrefix(from, Math::addExact);
    this.block = new int[from[items]];
    this.group = new int[from[items]];
    this.weight = new float[from[items]];
    int[] next = from.clone();
    for (int number = 0; number < blocks.size(); number++) {
      place(number, next);
    }
  }

  private void place(int number, int[] next) {
    PackedGroups groups = blocks.get(number);
    for (int one = 0; one < groups.size(); one++) {
      for (int at = groups.askingFrom()[one]; at < groups.askingFrom()[one + 1]; at++) {
        int place = next[groups.asking()[at]]++;
        block[place] = number;
        group[place] = one;
        weight[place] = groups.askingWeights()[at];
      }
    }
  }

  /** One row of {@link org.nightjar.table.Neighbours#TABLE} per item with neighbours, ascending. */
  Iterator<Row> iterator() {
    return IntStream.range(0, sums.length)
        .filter(item -> from[item] < from[item + 1])
        .mapToObj(this::row)
        .filter(Objects::nonNull)
        .iterator();
  }

  private Row row(int item) {
    Arrays.fill(sums, 0);
    for (int at = from[item]; at < from[item + 1]; at++) {
      add(blocks.get(block[at]), group[at], weight[at]);
    }
    for (int had = 0; had < sums.length; had++) {
      if (sums[had] != 0 && had != item) {
        offer(item, had);
      }
    }
    TopN.Ranked nearest = best.drain();
    return nearest.items().length == 0 ? null : nearest.row(item);
  }

  private void add(PackedGroups groups, int number, float own) {
    int to = groups.hadFrom()[number + 1];
    int[] had = groups.had();
    float[] weights = groups.hadWeights();
    switch (sharing) {
      case PRODUCT -> {
        for (int at = groups.hadFrom()[number]; at < to; at++) {
          sums[had[at]] += Math.rint((double) own * weights[at] * CoOccurrences.UNITS);
        }
      }
      case LEAST -> {
        for (int at = groups.hadFrom()[number]; at < to; at++) {
          sums[had[at]] += Math.rint(Math.min(own, weights[at]) * CoOccurrences.UNITS);
        }
      }
      case ONE -> {
        for (int at = groups.hadFrom()[number]; at < to; at++) {
          sums[had[at]] += CoOccurrences.UNITS;
        }
      }
    }
  }

  private void offer(int item, int had) {
    double together =
        sums[had] / CoOccurrences.UNITS / Math.min(totals.shares()[item], totals.shares()[had]);
    float value = (float) similarity.of(together, totals.had()[had], totals.item()[item]);
    if (value > 0 && value < Float.POSITIVE_INFINITY && value > best.threshold()) {
      best.add(value, had);
    }
  }
}
