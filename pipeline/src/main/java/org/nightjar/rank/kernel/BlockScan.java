package org.nightjar.rank.kernel;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Finds the best items of a block of users. What a user gets does not depend on the others in the
 * block. For one thread.
 */
public interface BlockScan {
  /** Users per block: enough to make good use of every item that is fetched from memory. */
  int USERS = 128;

  /**
   * Begins with a block.
   *
   * @param users at most {@link #USERS} of the request's rows, with the columns that the scorer was
   *     built for
   * @param excluded for each user the items to leave out, ascending
   */
  void begin(List<Row> users, List<int[]> excluded);

  /**
   * The best items of the block's next user, best first, ties by ascending item index. Empty for
   * users of whom nothing is known.
   */
  TopN.Ranked next();

  /**
   * The scores of these items for the user that {@link #next} has just been about; NaN or infinite
   * where nothing is known.
   *
   * @param scores of the items' number; overwritten
   */
  void scores(int[] items, float[] scores);
}
