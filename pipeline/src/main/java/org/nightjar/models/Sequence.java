package org.nightjar.models;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.row_number;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.models.CoOccurrences.Sharing;
import org.nightjar.table.Events;

/**
 * What follows what: score(u,i) = Σ_b γ^b · Σ_{j in b} share_bj · s_ji over the user's last
 * baskets, b = 0 the very last, share_bj the part of item j's weight in its basket. s_ji = n_ji /
 * (n_j + λ), where n_j is how often a user's basket with j was followed by another, and n_ji how
 * often that one held i: the chance of i after j, drawn towards 0 where there is little to tell it
 * from. It counts only for the k items j after which i is likeliest. Both counts are sums of
 * weights; a step weighs as much as the lighter of its two items.
 *
 * <p>Baskets are orders, else what a user took on one UTC day ({@link Baskets}); without times
 * there are no proposals.
 *
 * <p>Source: Markov chains over baskets, as in Rendle, Freudenthaler and Schmidt-Thieme 2010,
 * "Factorizing personalized Markov chains for next-basket recommendation", here unfactorised, with
 * a fading memory of earlier baskets.
 */
@JsonTypeName("sequence")
public record Sequence(
    @Setting(value = "Last baskets of a user that count, at least 1.", byDefault = "5") int baskets,
    @Setting(
            value = "γ, what a basket counts against the one after it, 0 to 1; 0: only the last.",
            byDefault = "0.7")
        double decay,
    @Setting(
            value = "λ, draws the chances after seldom followed items towards 0.",
            byDefault = "10")
        double shrinkage,
    @Setting(value = FittedNeighbours.NEIGHBOURS_SETTING, byDefault = "200") int neighbours,
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "0")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(value = Histories.MAX_HISTORY_SETTING, byDefault = Histories.MAX_HISTORY)
        int maxHistory)
    implements CandidateModel {

  private static final String BACK = "back";
  private static final String ENTRY = "entry";
  private static final String WEIGHT = "weight";

  public Sequence {
    Require.that(baskets >= 1, "baskets is %s but must be >= 1", baskets);
    Require.that(decay >= 0 && decay <= 1, "decay is %s but must be from 0 to 1", decay);
    Require.that(shrinkage >= 0, "shrinkage is %s but must be >= 0", shrinkage);
    FittedNeighbours.check(neighbours);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Histories.check(maxHistory);
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> timed =
        Baskets.of(training, halfLifeDays, eventWeights, maxHistory)
            .where(col(Baskets.STARTED_AT).isNotNull());
    return restore(
        FittedNeighbours.tables(
            FittedNeighbours.settled(
                steps(timed, training.seed()), steps -> nearest(steps, training.itemCount())),
            lastBaskets(timed)),
        training.itemCount());
  }

  private Dataset<Row> nearest(Dataset<Row> steps, int itemCount) {
    CoOccurrences.Totals totals =
        CoOccurrences.Totals.of(
            steps,
            Sharing.LEAST.withItself(col(Heaviest.WEIGHTS)),
            itemCount,
            CoOccurrences.GROUPS_PER_ITEM);
    double lambda = shrinkage;
    CoOccurrences.Similarity chance = (together, had, item) -> together / (had + lambda);
    return CoOccurrences.nearest(steps, totals, Sharing.LEAST, chance, neighbours);
  }

  /** Each basket with the user's next one. */
  private static Dataset<Row> steps(Dataset<Row> timed, long seed) {
    var inTime =
        Window.partitionBy(Events.USER).orderBy(col(Baskets.STARTED_AT), col(Baskets.BASKET));
    return timed
        .withColumn(CoOccurrences.NEXT_ITEMS, lead(Heaviest.ITEMS, 1).over(inTime))
        .withColumn(CoOccurrences.NEXT_WEIGHTS, lead(Heaviest.WEIGHTS, 1).over(inTime))
        .where(col(CoOccurrences.NEXT_ITEMS).isNotNull())
        .select(
            col(Heaviest.ITEMS),
            col(Heaviest.WEIGHTS),
            col(CoOccurrences.NEXT_ITEMS),
            col(CoOccurrences.NEXT_WEIGHTS),
            CoOccurrences.draw(seed, col(Events.USER), col(Baskets.BASKET)).as(CoOccurrences.DRAW));
  }

  /** The items of the last baskets by their part in the score, see {@link Histories}. */
  private Dataset<Row> lastBaskets(Dataset<Row> timed) {
    Column inBasket = aggregate(col(Heaviest.WEIGHTS), lit(0.0), (sum, weight) -> sum.plus(weight));
    Column back =
        row_number()
            .over(
                Window.partitionBy(Events.USER)
                    .orderBy(col(Baskets.STARTED_AT).desc(), col(Baskets.BASKET).desc()));
    Dataset<Row> items =
        timed
            .withColumn(BACK, back)
            .where(col(BACK).leq(baskets))
            .select(
                col(Events.USER),
                pow(lit(decay), col(BACK).minus(1)).divide(inBasket).as(WEIGHT),
                explode(arrays_zip(col(Heaviest.ITEMS), col(Heaviest.WEIGHTS))).as(ENTRY))
            .groupBy(col(Events.USER), col(ENTRY).getField(Heaviest.ITEMS).as(Events.ITEM))
            .agg(
                CoOccurrences.exactSum(col(WEIGHT).multiply(col(ENTRY).getField(Heaviest.WEIGHTS)))
                    .as(WEIGHT))
            .where(col(WEIGHT).gt(0));
    return Heaviest.perKey(items, List.of(Events.USER), Events.ITEM, col(WEIGHT), maxHistory);
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("baskets", SearchSpace.oneOf(1, 2, 3, 5, 10, 20))
        .with("decay", SearchSpace.uniform(0.3, 1))
        .with("shrinkage", SearchSpace.logUniform(0.1, 100))
        .with("neighbours", SearchSpace.oneOf(50, 100, 200, 400))
        .with("halfLifeDays", SearchSpace.oneOf(0, 30, 60, 180));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return FittedNeighbours.of(tables, itemCount);
  }
}
