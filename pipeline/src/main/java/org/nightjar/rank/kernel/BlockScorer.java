package org.nightjar.rank.kernel;

import java.io.Serializable;

/**
 * Scores the items of a catalogue for users. Broadcast once per executor; holds catalogue-sized
 * primitive arrays and no user-sized state. Must be safe for use by several tasks at a time: what
 * changes is in the scans.
 */
public interface BlockScorer extends Serializable {

  /** Number of items; indexes run from 0. */
  int itemCount();

  /**
   * A scan for one task.
   *
   * @param eligible ascending indexes of the items that may be proposed
   * @param limit most items per user, at least 1
   */
  BlockScan scan(int[] eligible, int limit);

  /**
   * The score to tell others for one found in a scan: a strictly rising function, computed for
   * chosen items only.
   */
  default float published(float score) {
    return score;
  }
}
