package org.nightjar.rank.kernel;

import java.util.Arrays;
import org.apache.spark.sql.Row;

/**
 * Inner products of a user's factors with every item's: score(i) = Σ_f x_f · y_{f,i}.
 *
 * <p>Item factors lie factor-major, one float array per factor over all items, and four factors are
 * added per pass: a form that the JIT turns into fused vector code. Items without factors score
 * NaN.
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
    float[] x = TopN.floats(user, column);
    if (x.length == 0) {
      return false;
    }
    Arrays.fill(scores, 0f);
    int factor = 0;
    for (; factor + 4 <= x.length; factor += 4) {
      addFour(scores, x, factor);
    }
    for (; factor < x.length; factor++) {
      float weight = x[factor];
      float[] row = byFactor[factor];
      for (int item = 0; item < scores.length; item++) {
        scores[item] += weight * row[item];
      }
    }
    for (int item = 0; item < scores.length; item++) {
      if (!known[item]) {
        scores[item] = Float.NaN;
      }
    }
    return true;
  }

  private void addFour(float[] scores, float[] x, int factor) {
    float w0 = x[factor];
    float w1 = x[factor + 1];
    float w2 = x[factor + 2];
    float w3 = x[factor + 3];
    float[] r0 = byFactor[factor];
    float[] r1 = byFactor[factor + 1];
    float[] r2 = byFactor[factor + 2];
    float[] r3 = byFactor[factor + 3];
    for (int item = 0; item < scores.length; item++) {
      scores[item] += w0 * r0[item] + w1 * r1[item] + w2 * r2[item] + w3 * r3[item];
    }
  }
}
