package org.nightjar.models;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.CandidateSource;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.TopN;

/** A trained model: its tables, and what it does with them. */
public interface FittedModel extends CandidateSource {
  /** The column that {@link #propose} has a model add. */
  String INPUT = "model_input";

  /**
   * What training found, by table name: all that {@link CandidateModel#restore} needs. A stage
   * writes and reads them; models do no IO.
   */
  Map<String, Dataset<Row>> tables();

  /**
   * The best items for each requested user, best first, ties by ascending item index; excluded and
   * ineligible items never occur. Users for whom the model knows nothing are missing.
   *
   * @return {@link org.nightjar.table.Candidates#OF_ONE_MODEL}, at most one row per user, scores
   *     finite
   */
  default Dataset<Row> propose(Request request) {
    return TopN.perUser(
        prepare(request.users(), INPUT),
        Request.EXCLUDED,
        Broadcasts.of(request.users().sparkSession(), scorer(INPUT)),
        request.eligible(),
        request.perUser());
  }

  /** Says in a sentence why an item is on a user's list. */
  Explainer explainer();

  /**
   * Item vectors whose cosine is a similarity: {@code item} int, {@code vector} array of float.
   * Empty for models without any.
   */
  default Optional<Dataset<Row>> itemVectors() {
    return Optional.empty();
  }

  /**
   * The items most like each item, {@link org.nightjar.table.Neighbours}. Empty for models that do
   * not compare items.
   */
  default Optional<Dataset<Row>> similarItems() {
    return Optional.empty();
  }
}
