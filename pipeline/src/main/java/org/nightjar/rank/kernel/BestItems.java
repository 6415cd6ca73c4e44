package org.nightjar.rank.kernel;

/**
 * The best n of the items offered, in a heap with the worst on top: higher scores first, ties by
 * ascending item index. Items are offered in ascending order, so that one must be above the
 * threshold to come in.
 */
public final class BestItems {
  private final float[] scores;
  private final int[] items;
  private int size;

  /**
   * Of no items yet.
   *
   * @param limit n, at least 1
   */
  public BestItems(int limit) {
    this.scores = new float[limit];
    this.items = new int[limit];
  }

  /** What a score must exceed. */
  public float threshold() {
    return size < scores.length ? Float.NEGATIVE_INFINITY : scores[0];
  }

  /**
   * Takes an item in.
   *
   * @param score above the threshold
   * @param item higher than those before
   */
  public void add(float score, int item) {
    if (size == scores.length) {
      siftDown(score, item, size);
      return;
    }
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!worse(score, item, scores[parent], items[parent])) {
        break;
      }
      scores[at] = scores[parent];
      items[at] = items[parent];
      at = parent;
    }
    scores[at] = score;
    items[at] = item;
  }

  /** Puts an entry at the root of the first {@code length} entries and restores the heap. */
  private void siftDown(float score, int item, int length) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= length) {
        break;
      }
      if (child + 1 < length
          && worse(scores[child + 1], items[child + 1], scores[child], items[child])) {
        child++;
      }
      if (!worse(scores[child], items[child], score, item)) {
        break;
      }
      scores[at] = scores[child];
      items[at] = items[child];
      at = child;
    }
    scores[at] = score;
    items[at] = item;
  }

  /** The items, best first; none are left. */
  public TopN.Ranked drain() {
    int[] bestItems = new int[size];
    float[] bestScores = new float[size];
    for (int at = size - 1; at >= 0; at--) {
      bestItems[at] = items[0];
      bestScores[at] = scores[0];
      siftDown(scores[at], items[at], at);
    }
    size = 0;
    return new TopN.Ranked(bestItems, bestScores);
  }

  private static boolean worse(float score, int item, float otherScore, int otherItem) {
    return score < otherScore || (score == otherScore && item > otherItem);
  }
}
