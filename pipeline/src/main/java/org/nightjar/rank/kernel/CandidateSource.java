package org.nightjar.rank.kernel;

import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What can be asked for candidates: a scorer, and what it wants to know of the users. */
public interface CandidateSource {

  /**
   * Adds what the scorer reads of a user: at most one column, of any type, null for users of whom
   * nothing is known. No user is dropped or doubled.
   *
   * @param users {@code user} int, and the profile's level columns
   * @param input name of the column
   */
  default Dataset<Row> prepare(Dataset<Row> users, String input) {
    return users;
  }

  /**
   * Scores the whole catalogue for a user that {@link #prepare} has made ready.
   *
   * @param input name of the column that was added
   */
  BlockScorer scorer(String input);

  /**
   * Adds what the decomposer reads of a user, as {@link #prepare} does for the scorer.
   *
   * @param input name of the column
   */
  default Dataset<Row> prepareParts(Dataset<Row> users, String input) {
    return prepare(users, input);
  }

  /**
   * Says what the scores are made of; by default nothing can be said.
   *
   * @param input name of the column that {@link #prepareParts} added
   */
  default Decomposer decomposer(String input) {
    return (user, items) -> Collections.nCopies(items.length, List.of());
  }
}
