package org.nightjar.rank.kernel;

import org.apache.spark.sql.Row;

/** A {@link BlockScorer} that scores the whole catalogue for one user after the other. */
public interface CatalogueScorer extends BlockScorer {

  /**
   * Overwrites {@code scores}, one per item. {@link Float#NaN} marks items that the model knows
   * nothing about; they are never proposed.
   *
   * @param user the request's row, with the columns that this scorer was built for
   * @param scores of length {@link #itemCount()}
   * @return whether there is anything to score for this user
   */
  boolean score(Row user, float[] scores);

  @Override
  default BlockScan scan(int[] eligible, int limit) {
    return new RowScan(this, eligible, limit);
  }
}
