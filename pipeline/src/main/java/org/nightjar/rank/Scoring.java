package org.nightjar.rank;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/** What orders a user's candidates. Broadcast; must be safe for several tasks at a time. */
public sealed interface Scoring extends Serializable permits Blend, LearnedRanking {

  /**
   * One score per candidate, in the order of the candidates, rounded to the published digits;
   * candidates of 0 or less are not listed.
   *
   * @param user see {@link Ranker#gather}
   */
  double[] scores(Row user, CandidateSet candidates);

  /** How much each model counts for the user: names the source of a listed item. */
  double[] weights(Row user);
}
