package org.nightjar.models;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.nightjar.Require;
import org.nightjar.Setting;

/**
 * Matrix factorisation by alternating least squares of our own: the objective of Hu, Koren and
 * Volinsky 2008 with the regularisation of Rendle et al. 2021, see {@link Objective}, trained in
 * batches by {@link Alternation}. Score: x_u·y_i. Users and items without events have no factors:
 * no proposals.
 *
 * <p>The same as {@link Als} with α = 1/α₀ and MLlib's λ = λ/α₀, while ν = 1 and only pairs count.
 * Rank, regularisation and unobserved weight belong together: more rank without more regularisation
 * loses.
 */
@JsonTypeName("ials")
public record Ials(
    @Setting(value = "Number of latent factors, 1 to 512.", byDefault = "96") int rank,
    @Setting(value = "Alternations.", byDefault = "10") int iterations,
    @Setting(
            value = "λ, times a user's or item's frequency to the power of frequencyExponent.",
            byDefault = "0.13")
        double regularisation,
    @Setting(
            value = "ν, 0 to 1: from the same regularisation for all to one by frequency.",
            byDefault = "1")
        double frequencyExponent,
    @Setting(
            value =
                "Whether a frequency is the number of pairs (false), or that and unobservedWeight"
                    + " times the number of all items or users.",
            byDefault = "false")
        boolean countUnobserved,
    @Setting(
            value = "α₀, what a pair without events weighs, where a preference of 1 weighs 1 more.",
            byDefault = "0.67")
        double unobservedWeight,
    @Setting(
            value = "False: learn the rating in `value` instead of the preference.",
            byDefault = "true")
        boolean implicit,
    @Setting(value = Strength.SETTING, byDefault = "binary") Strength strength,
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "0")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights)
    implements CandidateModel {

  public Ials {
    Require.that(rank >= 1 && rank <= 512, "rank is %s but must be from 1 to 512", rank);
    Require.that(iterations >= 1, "iterations is %s but must be >= 1", iterations);
    Require.that(regularisation > 0, "regularisation is %s but must be > 0", regularisation);
    Require.that(
        frequencyExponent >= 0 && frequencyExponent <= 1,
        "frequencyExponent is %s but must be from 0 to 1",
        frequencyExponent);
    Require.that(
        unobservedWeight >= 0, "unobservedWeight is %s but must be >= 0", unobservedWeight);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
  }

  @Override
  public FittedModel fit(Training training) {
    return fit(training, Checkpoints.NONE);
  }

  /** {@inheritDoc} See {@link Alternation#SECONDS_BETWEEN_CHECKPOINTS}. */
  @Override
  public FittedModel fit(Training training, Checkpoints checkpoints) {
    Alternation.Factors factors =
        new Alternation(objective(), rank)
            .of(preferences(training), iterations, training.seed(), checkpoints);
    return restore(
        Map.of(
            FactorModel.USER_FACTORS,
            factors.users(),
            FactorModel.ITEM_FACTORS,
            factors.items(),
            FactorModel.RATINGS,
            factors.ratings(),
            Losses.TABLE,
            Losses.table(training.events().sparkSession(), factors.losses())),
        training.itemCount());
  }

  @Override
  public FittedModel refresh(Training training, Map<String, Dataset<Row>> before) {
    return restore(
        FoldIn.refreshed(before, preferences(training), objective(), rank), training.itemCount());
  }

  @Override
  public Map<String, StructType> refreshedFrom() {
    return FoldIn.TABLES;
  }

  private Dataset<Row> preferences(Training training) {
    return Preferences.of(training, implicit, strength, halfLifeDays, eventWeights);
  }

  Objective objective() {
    return new Objective(
        implicit,
        implicit ? unobservedWeight : 0,
        regularisation,
        frequencyExponent,
        implicit && countUnobserved);
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    SearchSpace space =
        SearchSpace.NONE
            .with("rank", SearchSpace.oneOf(16, 32, 64, 96, 128))
            .with("regularisation", SearchSpace.logUniform(0.005, 1))
            .with("frequencyExponent", SearchSpace.oneOf(1, 0.75, 0.5))
            .with("iterations", SearchSpace.integers(10, 15));
    return implicit
        ? space
            .with("unobservedWeight", SearchSpace.logUniform(0.03, 3))
            .with("strength", SearchSpace.oneOf("binary", "log"))
            .with("halfLifeDays", SearchSpace.oneOf(0, 60, 180))
        : space;
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new FactorModel(tables, itemCount, rank, objective());
  }
}
