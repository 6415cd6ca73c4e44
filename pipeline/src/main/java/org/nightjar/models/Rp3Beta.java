package org.nightjar.models;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.transform;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.models.CoOccurrences.Sharing;
import org.nightjar.table.Events;

/**
 * Random walks of three steps, from the user to an item, to another user, to an item, with popular
 * ends held back: score(u,i) = Σ_j p_uj^α · s_ji, s_ji = Σ_v (p_jv · p_vi)^α / (λ + Σ_v w_vi)^β.
 *
 * <p>Here p_ui = w_ui / Σ_i w_ui is the chance of stepping from a user to an item, p_iu = w_ui /
 * Σ_u w_ui that of stepping back; s_ji counts only for the k items j of the largest s_ji for i.
 * With weights of 1, what is divided by is the item's number of users, and λ, to the β. The paper
 * has no λ: where most items have few users, those then come first.
 *
 * <p>Source: Paudel, Christoffel, Newell and Bernstein 2017, "Updatable, accurate, diverse, and
 * scalable recommendations for interactive applications"; α from Cooper et al. 2014.
 */
@JsonTypeName("rp3beta")
public record Rp3Beta(
    @Setting(value = "α, the power of each step's chance; above 0.", byDefault = "0.7")
        double alpha,
    @Setting(
            value = "β, how far popular items are held back; 0: not at all, usually up to 1.",
            byDefault = "0.5")
        double beta,
    @Setting(
            value = "λ, interactions on top of every item's before they are held back.",
            byDefault = "20")
        double shrinkage,
    @Setting(value = FittedNeighbours.NEIGHBOURS_SETTING, byDefault = "200") int neighbours,
    @Setting(value = Strength.SETTING, byDefault = "binary") Strength strength,
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "0")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(value = Histories.MAX_HISTORY_SETTING, byDefault = Histories.MAX_HISTORY)
        int maxHistory)
    implements CandidateModel {

  public Rp3Beta {
    Require.that(alpha > 0, "alpha is %s but must be > 0", alpha);
    Require.that(beta >= 0, "beta is %s but must be >= 0", beta);
    Require.that(shrinkage >= 0, "shrinkage is %s but must be >= 0", shrinkage);
    FittedNeighbours.check(neighbours);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Histories.check(maxHistory);
  }

  @Override
  public FittedModel fit(Training training) {
    return restore(
        FittedNeighbours.ofCached(
            Histories.of(training, strength, halfLifeDays, eventWeights, maxHistory),
            histories -> nearest(histories, training)),
        training.itemCount());
  }

  private Dataset<Row> nearest(Dataset<Row> histories, Training training) {
    // Σ_v (p_jv · p_vi)^α = Σ_v (w_vj · w_vi / total_v)^α / total_j^α: a product of two weights.
    Dataset<Row> groups =
        histories
            .withColumn(Histories.WEIGHTS, powers(sqrt(userTotal())))
            .withColumn(CoOccurrences.DRAW, CoOccurrences.draw(training.seed(), col(Events.USER)));
    double ofHad = -alpha;
    double ofItem = -beta;
    double more = shrinkage;
    CoOccurrences.Totals totals =
        CoOccurrences.Totals.of(
                histories,
                col(Histories.WEIGHTS),
                training.itemCount(),
                CoOccurrences.GROUPS_PER_ITEM)
            .map(
                total -> StrictMath.pow(total, ofHad),
                total -> StrictMath.pow(total + more, ofItem));
    return CoOccurrences.nearest(
        groups,
        totals,
        Sharing.PRODUCT,
        (together, had, item) -> together * had * item,
        neighbours);
  }

  /** (weight / divisor)^α of each weight of a history. */
  private Column powers(Column divisor) {
    // The outer array of one gives the divisor a name, so that it is computed once per history.
    return transform(
            array(divisor),
            by ->
                transform(
                    col(Histories.WEIGHTS),
                    weight -> pow(weight.cast("double").divide(by), lit(alpha)).cast("float")))
        .getItem(0);
  }

  /** Σ_i w_ui. */
  private static Column userTotal() {
    return aggregate(col(Histories.WEIGHTS), lit(0.0), (sum, weight) -> sum.plus(weight));
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("alpha", SearchSpace.uniform(0.3, 1.5))
        .with("beta", SearchSpace.uniform(0, 1))
        .with("shrinkage", SearchSpace.logUniform(1, 200))
        .with("neighbours", SearchSpace.oneOf(20, 50, 100, 200, 400))
        .with("strength", SearchSpace.oneOf("binary", "log"))
        .with("halfLifeDays", SearchSpace.oneOf(0, 60, 180));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return FittedNeighbours.of(tables, itemCount, powers(userTotal()));
  }
}
