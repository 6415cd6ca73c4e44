package org.nightjar.rank.kernel;

import org.apache.spark.sql.Row;

/**
 * A {@link BlockScorer} that treats all users of a group alike, such as those with the same
 * profile, or everybody. The catalogue is ordered once per group; a user takes what is not excluded
 * from the top.
 */
public interface GroupScorer extends BlockScorer {

  /**
   * The group of a user, by equality.
   *
   * @param user the request's row, with the columns that this scorer was built for
   */
  Object group(Row user);

  /**
   * Overwrites {@code scores}, one per item. {@link Float#NaN} marks items that the model knows
   * nothing about; they are never proposed.
   *
   * @param user any of a group
   */
  void score(Row user, float[] scores);

  /** The score of one item, to the bit as in {@link #score(Row, float[])}. */
  float score(Row user, int item);

  @Override
  default BlockScan scan(int[] eligible, int limit) {
    return new GroupScan(this, eligible, limit);
  }
}
