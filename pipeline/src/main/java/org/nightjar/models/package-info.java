/**
 * Candidate models, one class each: a record of hyperparameters that fits to a {@link
 * org.nightjar.models.FittedModel}. May import {@code org.nightjar}, {@code table} and the scoring
 * kernel {@code rank.kernel}.
 */
package org.nightjar.models;
