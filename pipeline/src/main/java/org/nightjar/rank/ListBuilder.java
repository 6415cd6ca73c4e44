package org.nightjar.rank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One list under construction: no item twice, no more items of a category than allowed, and as many
 * places for a kind of item as were set for it.
 */
final class ListBuilder {
  private final int[] items;
  private final double[] scores;
  private final String[] sources;
  private final String[] categories;
  private final int maxPerCategory;
  private final Map<String, Integer> perCategory = new HashMap<>();
  private final List<Quota> quotas = new ArrayList<>();
  private int end;
  private int size;

  /**
   * An empty list.
   *
   * @param head how many of the places are filled before {@link #extend}
   * @param categories by item index, null where unknown
   * @param maxPerCategory 0: no cap
   */
  ListBuilder(int length, int head, String[] categories, int maxPerCategory) {
    this.items = new int[length];
    this.scores = new double[length];
    this.sources = new String[length];
    this.end = Math.min(head, length);
    this.categories = categories;
    this.maxPerCategory = maxPerCategory;
  }

  boolean isFull() {
    return size == end;
  }

  /** Items of this kind shall take at least and at most so many places. */
  void reserve(IntPredicate kind, int least, int most) {
    quotas.add(new Quota(kind, least, most));
  }

  /** From now on, places go to whatever is offered. */
  void release() {
    quotas.clear();
  }

  /** From now on, all places are filled. */
  void extend() {
    release();
    end = items.length;
  }

  /**
   * Adds the item unless the list is full, has it, has enough of its category or kind, or keeps its
   * free places for other kinds. A score never rises along the list.
   */
  void offer(int item, double score, String source) {
    if (isFull()
        || IntStream.range(0, size).anyMatch(at -> items[at] == item)
        || !quotas.stream().allMatch(quota -> quota.admits(item))
        || end - size <= quotas.stream().mapToInt(quota -> quota.openTo(item)).sum()) {
      return;
    }
    String category = categories[item];
    if (maxPerCategory > 0 && category != null) {
      if (perCategory.getOrDefault(category, 0) == maxPerCategory) {
        return;
      }
      perCategory.merge(category, 1, Integer::sum);
    }
    quotas.forEach(quota -> quota.count(item));
    items[size] = item;
    scores[size] = size == 0 ? score : Math.min(score, scores[size - 1]);
    sources[size] = source;
    size++;
  }

  /**
   * Which places hold an item of the truth.
   *
   * @param truth ascending
   */
  boolean[] hits(int[] truth) {
    boolean[] hits = new boolean[size];
    for (int at = 0; at < size; at++) {
      hits[at] = Arrays.binarySearch(truth, items[at]) >= 0;
    }
    return hits;
  }

  /** As {@link Ranker#LISTS}. */
  Row row(int user) {
    return RowFactory.create(
        user,
        Arrays.stream(items, 0, size).boxed().toArray(Integer[]::new),
        Arrays.stream(scores, 0, size).boxed().toArray(Double[]::new),
        Arrays.copyOf(sources, size));
  }

  /** Places for a kind of item. */
  private static final class Quota {
    private final IntPredicate kind;
    private final int least;
    private final int most;
    private int taken;

    Quota(IntPredicate kind, int least, int most) {
      this.kind = kind;
      this.least = least;
      this.most = most;
    }

    boolean admits(int item) {
      return taken < most || !kind.test(item);
    }

    /** Places that stay reserved once the item has its own. */
    int openTo(int item) {
      return Math.max(0, least - taken - (kind.test(item) ? 1 : 0));
    }

    void count(int item) {
      if (kind.test(item)) {
        taken++;
      }
    }
  }
}
