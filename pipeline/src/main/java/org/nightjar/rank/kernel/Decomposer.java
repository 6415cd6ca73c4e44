package org.nightjar.rank.kernel;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/** Takes scores apart. Broadcast with the models; must be safe for several tasks at a time. */
@FunctionalInterface
public interface Decomposer extends Serializable {

  /**
   * The parts of some scores of one user. They sum to the score that the model's scorer gives (up
   * to single precision); parts of 0 are left out. Empty where the model knows nothing.
   *
   * @param user as {@link CandidateSource#prepareParts} has made it ready
   * @param items indexes
   * @return one list of parts per item, in the order of the items
   */
  List<List<Part>> parts(Row user, int[] items);
}
