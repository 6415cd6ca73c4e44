package org.nightjar.rank.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Inner products of a user's factors with every item's: score(i) = Σ_f x_f · y_{f,i}, in single
 * precision, f ascending. Items without factors are not proposed.
 *
 * <p>The items with factors lie in panels of {@link #PANEL}, factor-major: 4 · rank bytes per item.
 */
public final class FactorScorer implements BlockScorer {
  /** Items per panel: a panel of 128 factors takes 32 KiB, so that it stays in a core's cache. */
  static final int PANEL = 2 * FloatKernel.WIDTH_STEP;

  private final UserVector users;
  private final int rank;

  /** The items with factors, ascending. */
  private final int[] items;

  /** The place of each item among these; −1: none. */
  private final int[] places;

  private final float[][] panels;

  /**
   * Packs item factors.
   *
   * @param users gives as many factors for a user, or none
   * @param byItem factors by item index; null where an item has none
   * @param rank number of factors
   */
  public FactorScorer(UserVector users, float[][] byItem, int rank) {
    this.users = users;
    this.rank = rank;
    this.items = IntStream.range(0, byItem.length).filter(i -> byItem[i] != null).toArray();
    this.places = new int[byItem.length];
    Arrays.fill(places, -1);
    this.panels = new float[(items.length + PANEL - 1) / PANEL][rank * PANEL];
    for (int place = 0; place < items.length; place++) {
      places[items[place]] = place;
      float[] panel = panels[place / PANEL];
      for (int factor = 0; factor < rank; factor++) {
        panel[factor * PANEL + place % PANEL] = byItem[items[place]][factor];
      }
    }
  }

  /**
   * As above.
   *
   * @param column name of the request's array-of-float column with the user's factors; null:
   *     nothing to score
   */
  public FactorScorer(String column, float[][] byItem, int rank) {
    this(user -> TopN.floats(user, column), byItem, rank);
  }

  @Override
  public int itemCount() {
    return places.length;
  }

  @Override
  public BlockScan scan(int[] eligible, int limit) {
    return scan(eligible, limit, FloatKernel.fastest());
  }

  /** A scan by a given kernel; the results are the same. */
  public BlockScan scan(int[] eligible, int limit, FloatKernel kernel) {
    return new FactorScan(this, kernel, eligible, limit);
  }

  UserVector users() {
    return users;
  }

  int rank() {
    return rank;
  }

  int[] items() {
    return items;
  }

  float[][] panels() {
    return panels;
  }

  /** The same bits as a kernel gives; NaN for items without factors. */
  float score(float[] x, int item) {
    int place = places[item];
    if (place < 0) {
      return Float.NaN;
    }
    float[] panel = panels[place / PANEL];
    int at = place % PANEL;
    float score = 0;
    for (int factor = 0; factor < rank; factor++, at += PANEL) {
      score = Math.fma(x[factor], panel[at], score);
    }
    return score;
  }
}
