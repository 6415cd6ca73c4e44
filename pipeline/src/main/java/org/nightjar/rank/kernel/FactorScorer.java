package org.nightjar.rank.kernel;

import java.util.Arrays;
import org.apache.spark.sql.Row;

/**
 * Inner products of a user's factors with every item's: score(i) = Σ_f x_f · y_{f,i}.
 *
 * <p>Item factors lie factor-major, one float array per factor over all items. Items without
 * factors score NaN.
 */
public final class FactorScorer implements CatalogueScorer {
  private final String column;
  private final float[][] byFactor;
  private final boolean[] known;

  /**
   * Packs item factors.
   *
   * @param column name of the request's array-of-float column with the user's factors; null:
   *     nothing to score
   * @param byItem factors by item index; null where an item has none
   * @param rank number of factors
   */
  public FactorScorer(String column, float[][] byItem, int rank) {
    this.column = column;
    this.byFactor = new float[rank][byItem.length];
    this.known = new boolean[byItem.length];
    for (int item = 0; item < byItem.length; item++) {
      if (byItem[item] != null) {
        known[item] = true;
        for (int factor = 0; factor < rank; factor++) {
          byFactor[factor][item] = byItem[item][factor];
        }
      }
    }
  }

  @Override
  public int itemCount() {
    return known.length;
  }

  @Override
  public boolean score(Row user, float[] scores) {
    return score(TopN.floats(user, column), scores);
  }

  /**
   * As {@link #score(Row, float[])}, for factors that were not read from a row.
   *
   * @param x the user's factors; empty: nothing to score
   */
  public boolean score(float[] x, float[] scores) {
    if (x.length == 0) {
      return false;
    }
    Arrays.fill(scores, 0f);
    WeightedRows.add(scores, scores.length, x, byFactor);
    for (int item = 0; item < scores.length; item++) {
      if (!known[item]) {
        scores[item] = Float.NaN;
      }
    }
    return true;
  }
}
