package org.nightjar.rank.kernel;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Scores every item of the catalogue for one user. Broadcast once per executor; holds
 * catalogue-sized primitive arrays and no user-sized state. Must be safe for use by several tasks
 * at a time.
 */
public interface CatalogueScorer extends Serializable {

  /** Number of items; indexes run from 0. */
  int itemCount();

  /**
   * Overwrites {@code scores}, one per item. {@link Float#NaN} marks items that the model knows
   * nothing about; they are never proposed.
   *
   * @param user the request's row, with the columns that this scorer was built for
   * @param scores of length {@link #itemCount()}
   * @return whether there is anything to score for this user
   */
  boolean score(Row user, float[] scores);

  /**
   * The score to tell others for one found in the scan: a strictly rising function, computed for
   * chosen items only.
   */
  default float published(float score) {
    return score;
  }
}
