package org.nightjar.models;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A model that proposes items to users: a record of its hyperparameters, validated in its compact
 * constructor, named by its {@code type} in the configuration. To add one, write the record and
 * permit it here (docs/recipes/add-a-model.md).
 */
public sealed interface CandidateModel
    permits Popularity,
        Demographic,
        DemographicFeatures,
        Repeat,
        Replenish,
        Als,
        Ials,
        Ease,
        ItemKnn,
        Rp3Beta,
        AlsoBought,
        Sequence,
        Content {

  /**
   * Trains on the events before the training's cutoff. Empty events give a model that proposes
   * nothing, or every item alike.
   *
   * @param training users, items and events, see {@link Training}
   */
  FittedModel fit(Training training);

  /**
   * The same, going on from where an earlier process was, if it kept that. Models that are trained
   * in one go begin anew.
   */
  default FittedModel fit(Training training, Checkpoints checkpoints) {
    return fit(training);
  }

  /**
   * The model whose {@link FittedModel#tables} these are.
   *
   * @param tables by name, as written after {@link #fit}
   * @param itemCount number of items; indexes run from 0
   */
  FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount);

  /** Whether what a user has is what the model proposes first. */
  default boolean proposesOwnItems() {
    return false;
  }

  /** Whether the model looks at who a user is, beside what the user did. */
  default boolean readsProfiles() {
    return false;
  }

  /**
   * Whether the model proposes items, every one of them, to users without any event and profile:
   * what fallback lists are made of.
   */
  default boolean proposesToNewUsers() {
    return false;
  }

  /**
   * The model for users as they are now, without the long part of {@link #fit}: models that are
   * sums over events are fitted anew, factors of users are found for the items' factors as they
   * were.
   *
   * @param training as for {@link #fit}
   * @param before tables of the model as it was trained, by name; those with a column {@code item}
   *     by today's indexes, without items that are gone
   */
  default FittedModel refresh(Training training, Map<String, Dataset<Row>> before) {
    return fit(training);
  }

  /**
   * The columns that {@link #refresh} reads of the model's trained tables, by table; empty for
   * models that are fitted anew.
   */
  default Map<String, StructType> refreshedFrom() {
    return Map.of();
  }

  /**
   * The settings that a search may change, for this type of model.
   *
   * @param profile names of the profile attributes that models may use, as in {@link Training}
   */
  SearchSpace searchSpace(List<String> profile);
}
