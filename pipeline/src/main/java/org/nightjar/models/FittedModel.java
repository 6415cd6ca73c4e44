package org.nightjar.models;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Explainer;

/** A trained model: its tables, and what it does with them. */
public interface FittedModel {

  /**
   * What training found, by table name: all that {@link CandidateModel#restore} needs. A stage
   * writes and reads them; models do no IO.
   */
  Map<String, Dataset<Row>> tables();

  /**
   * The best items for each requested user, best first, ties by ascending item index; excluded and
   * ineligible items never occur. Users for whom the model knows nothing may be missing.
   *
   * @return {@link org.nightjar.table.Candidates#OF_ONE_MODEL}, at most one row per user, scores
   *     finite
   */
  Dataset<Row> propose(Request request);

  /** Says in a sentence why an item is on a user's list. */
  Explainer explainer();

  /**
   * Item vectors whose cosine is a similarity: {@code item} int, {@code vector} array of float.
   * Empty for models without any.
   */
  default Optional<Dataset<Row>> itemVectors() {
    return Optional.empty();
  }
}
