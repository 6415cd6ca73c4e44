package org.nightjar.models;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

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
 * What goes into the same basket: score(u,i) = Σ over the user's items j of w_uj · s_ji, s_ji =
 * n_ij / (n_i · n_j / n + λ): how often i and j were bought together against how often chance would
 * put them together. λ = 0 gives the lift; above, pairs that few baskets speak for are held back.
 * s_ji counts only for the k items j of the largest s_ji for i. All counts are sums of weights over
 * baskets ({@link Baskets}); a pair weighs as much as the lighter of the two.
 *
 * <p>Source: lift of association rules, Brin, Motwani, Ullman and Tsur 1997, "Dynamic itemset
 * counting and implication rules for market basket data" (there "interest").
 */
@JsonTypeName("also-bought")
public record AlsoBought(
    @Setting(
            value =
                "λ, baskets added to those that chance would give, so that rare pairs are held back; 0: plain"
                    + " lift.",
            byDefault = "10")
        double shrinkage,
    @Setting(value = FittedNeighbours.NEIGHBOURS_SETTING, byDefault = "100") int neighbours,
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

  public AlsoBought {
    Require.that(shrinkage >= 0, "shrinkage is %s but must be >= 0", shrinkage);
    FittedNeighbours.check(neighbours);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Histories.check(maxHistory);
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> baskets =
        Baskets.of(training, halfLifeDays, eventWeights, maxHistory)
            .withColumn(
                CoOccurrences.DRAW,
                CoOccurrences.draw(training.seed(), col(Events.USER), col(Baskets.BASKET)));
    return restore(
        FittedNeighbours.tables(
            FittedNeighbours.settled(baskets, cached -> nearest(cached, training.itemCount())),
            Histories.of(training, strength, halfLifeDays, eventWeights, maxHistory)),
        training.itemCount());
  }

  private Dataset<Row> nearest(Dataset<Row> baskets, int itemCount) {
    CoOccurrences.Totals totals =
        CoOccurrences.Totals.of(
            baskets,
            Sharing.LEAST.withItself(col(Heaviest.WEIGHTS)),
            itemCount,
            CoOccurrences.GROUPS_PER_ITEM);
    double all = total(baskets);
    double lambda = shrinkage;
    CoOccurrences.Similarity lift = (together, had, item) -> together / (item * had / all + lambda);
    return CoOccurrences.nearest(baskets, totals, Sharing.LEAST, lift, neighbours);
  }

  /** n, the sum over baskets of the weight of their heaviest item, which comes first. */
  private static double total(Dataset<Row> baskets) {
    Column heaviest = col(Heaviest.WEIGHTS).getItem(0).cast("double");
    return baskets.agg(coalesce(CoOccurrences.exactSum(heaviest), lit(0.0))).head().getDouble(0);
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("shrinkage", SearchSpace.logUniform(0.3, 100))
        .with("neighbours", SearchSpace.oneOf(20, 50, 100, 200, 400))
        .with("strength", SearchSpace.oneOf("binary", "log"))
        .with("halfLifeDays", SearchSpace.oneOf(0, 30, 60, 180));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return FittedNeighbours.ofLikes(tables, itemCount);
  }
}
