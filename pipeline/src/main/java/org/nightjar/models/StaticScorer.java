package org.nightjar.models;

import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.GroupScorer;

/** The same scores for everybody. */
record StaticScorer(float[] byItem) implements GroupScorer {
  @Override
  public int itemCount() {
    return byItem.length;
  }

  @Override
  public Object group(Row user) {
    return "everybody";
  }

  @Override
  public void score(Row user, float[] scores) {
    System.arraycopy(byItem, 0, scores, 0, byItem.length);
  }

  @Override
  public float score(Row user, int item) {
    return byItem[item];
  }
}
