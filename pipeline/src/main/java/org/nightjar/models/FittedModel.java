package org.nightjar.models;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A trained model. */
public interface FittedModel {

  /**
   * The best items for each requested user, best first, ties by ascending item index; excluded and
   * ineligible items never occur. Users for whom the model knows nothing may be missing.
   *
   * @return {@link org.nightjar.table.Candidates#OF_ONE_MODEL}, at most one row per user, scores
   *     finite
   */
  Dataset<Row> propose(Request request);

  /**
   * Item vectors whose cosine is a similarity, for similar items and for reasons ("because you
   * bought"): {@code item} int, {@code vector} array of float. Empty for models without any.
   */
  default Optional<Dataset<Row>> itemVectors() {
    return Optional.empty();
  }

  /** Writes the model below a path. */
  void save(String path);
}
