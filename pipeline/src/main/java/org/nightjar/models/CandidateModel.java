package org.nightjar.models;

/**
 * A model that proposes items to users: a record of its hyperparameters, validated in its compact
 * constructor, named by its {@code type} in the configuration. To add one: write the record, permit
 * it here, document it in docs/recipes.
 */
public sealed interface CandidateModel permits Popularity, Repeat {

  /**
   * Trains on the events before the training's cutoff. Empty events give a model that proposes
   * nothing.
   *
   * @param training users, items and events, see {@link Training}
   */
  FittedModel fit(Training training);
}
