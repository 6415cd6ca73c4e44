package org.nightjar.rank.kernel;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Gives the reason for one recommended item. Broadcast with the models; must be safe for several
 * tasks at a time.
 */
@FunctionalInterface
public interface Explainer extends Serializable {

  /**
   * A short sentence for people.
   *
   * @param user the user's profile levels and the columns of {@link org.nightjar.table.UserContext}
   * @param item the item's index
   * @param names item names by index
   */
  String reason(Row user, int item, String[] names);
}
