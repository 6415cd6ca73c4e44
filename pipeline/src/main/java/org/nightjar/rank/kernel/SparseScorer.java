package org.nightjar.rank.kernel;

import org.apache.spark.sql.Row;

/**
 * A {@link BlockScorer} that knows something of few items for each user: those that the user's own
 * items speak for, or these themselves. Costs as much as there is to add, and a bit per item of the
 * catalogue.
 */
public interface SparseScorer extends BlockScorer {

  /**
   * Adds up the scores of a user; items that nothing is added to are never proposed.
   *
   * @param user the request's row, with the columns that this scorer was built for
   * @param scores in which nothing is known
   */
  void score(Row user, SparseScores scores);

  @Override
  default BlockScan scan(int[] eligible, int limit) {
    return new SparseScan(this, eligible, limit);
  }
}
