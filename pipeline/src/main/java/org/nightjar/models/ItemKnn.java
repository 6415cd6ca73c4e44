package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.models.CoOccurrences.Sharing;
import org.nightjar.table.Events;

/**
 * Items bought by the same users: score(u,i) = Σ over the user's items j of w_uj · s_ji, where s_ji
 * counts only for the k items j that are most similar to i.
 *
 * <ul>
 *   <li>Cosine: s = Σ_u w_ui·w_uj / (√(Σ_u w_ui² · Σ_u w_uj²) + λ).
 *   <li>Jaccard: s = Σ_u min(w_ui, w_uj) / (Σ_u w_ui + Σ_u w_uj − Σ_u min(w_ui, w_uj) + λ).
 *   <li>Log-likelihood ratio: s = G² / (G² + λ) for pairs with more common users than chance gives,
 *       G² = 2 Σ observed · ln(observed / expected) over the four cells of users with and without
 *       each item. The worth of events counts in the user's weights only.
 * </ul>
 *
 * <p>Sources: Deshpande and Karypis 2004, "Item-based top-N recommendation algorithms"; Dunning
 * 1993, "Accurate methods for the statistics of surprise and coincidence".
 */
@JsonTypeName("item-knn")
public record ItemKnn(
    @Setting(
            value =
                "`cosine`, `jaccard` or `log-likelihood`: how alike two items are by their users.",
            byDefault = "cosine")
        Similarity similarity,
    @Setting(value = FittedNeighbours.NEIGHBOURS_SETTING, byDefault = "200") int neighbours,
    @Setting(
            value =
                "λ, draws the similarity of pairs with few common users towards 0; above 0 for"
                    + " `log-likelihood`.",
            byDefault = "10")
        double shrinkage,
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

  /** How alike two items are. */
  public enum Similarity {
    COSINE(Sharing.PRODUCT),
    JACCARD(Sharing.LEAST),
    LOG_LIKELIHOOD(Sharing.ONE);

    private final Sharing sharing;

    Similarity(Sharing sharing) {
      this.sharing = sharing;
    }
  }

  public ItemKnn {
    FittedNeighbours.check(neighbours);
    Require.that(shrinkage >= 0, "shrinkage is %s but must be >= 0", shrinkage);
    Require.that(
        shrinkage > 0 || similarity != Similarity.LOG_LIKELIHOOD,
        "shrinkage is %s but must be > 0 for log-likelihood",
        shrinkage);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Histories.check(maxHistory);
  }

  @Override
  public FittedModel fit(Training training) {
    return fit(training, CoOccurrences.GROUPS_PER_ITEM);
  }

  FittedModel fit(Training training, int groupsPerItem) {
    return restore(
        FittedNeighbours.ofCached(
            Histories.of(training, strength, halfLifeDays, eventWeights, maxHistory),
            histories -> nearest(histories, training, groupsPerItem)),
        training.itemCount());
  }

  private Dataset<Row> nearest(Dataset<Row> histories, Training training, int groupsPerItem) {
    Sharing sharing = similarity.sharing;
    Dataset<Row> groups =
        histories.withColumn(
            CoOccurrences.DRAW, CoOccurrences.draw(training.seed(), col(Events.USER)));
    CoOccurrences.Totals totals =
        CoOccurrences.Totals.of(
            histories,
            sharing.withItself(col(Histories.WEIGHTS)),
            training.itemCount(),
            groupsPerItem);
    return CoOccurrences.nearest(groups, totals, sharing, similarity(histories), neighbours);
  }

  private CoOccurrences.Similarity similarity(Dataset<Row> histories) {
    double lambda = shrinkage;
    return switch (similarity) {
      case COSINE -> (together, had, total) -> together / (Math.sqrt(total * had) + lambda);
      case JACCARD ->
          (together, had, total) -> {
            double common = common(together, had, total);
            return common / (total + had - common + lambda);
          };
      case LOG_LIKELIHOOD -> {
        double users = histories.count();
        yield (together, had, total) -> {
          double common = common(together, had, total);
          if (common * users <= total * had) {
            return 0;
          }
          double ratio = logLikelihoodRatio(common, total, had, users);
          return ratio / (ratio + lambda);
        };
      }
    };
  }

  /** A share of busy items' users can overstate what two items have in common. */
  private static double common(double together, double had, double total) {
    return Math.min(together, Math.min(had, total));
  }

  /** G² of the table that these margins and its first cell give. */
  private static double logLikelihoodRatio(double both, double first, double second, double all) {
    double cells =
        xLogX(both)
            + xLogX(first - both)
            + xLogX(second - both)
            + xLogX(all - first - second + both);
    double margins = xLogX(first) + xLogX(all - first) + xLogX(second) + xLogX(all - second);
    return 2 * (cells + xLogX(all) - margins);
  }

  private static double xLogX(double x) {
    return x > 0 ? x * StrictMath.log(x) : 0;
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("similarity", SearchSpace.oneOf("cosine", "jaccard", "log-likelihood"))
        .with("neighbours", SearchSpace.oneOf(20, 50, 100, 200, 400))
        .with("shrinkage", SearchSpace.logUniform(1, 1000))
        .with("strength", SearchSpace.oneOf("binary", "log"))
        .with("halfLifeDays", SearchSpace.oneOf(0, 60, 180));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return FittedNeighbours.ofLikes(tables, itemCount);
  }
}
