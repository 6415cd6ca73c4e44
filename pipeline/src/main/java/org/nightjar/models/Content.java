package org.nightjar.models;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.BlockScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.FactorScorer;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.rank.kernel.UserVector;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.UserContext;

/**
 * What is described like what the user has: score(u,i) = cos(t_u, v_i) with v_i the item's vector
 * of length 1, see {@link Descriptions}, and t_u = Σ_j w_uj·v_j the user's taste. Needs no sales of
 * an item, so it can recommend new ones. Users without events get no row, items whose text,
 * categories and attributes have nothing in common with others' are not proposed.
 *
 * <p>Source: TF-IDF profiles (Pazzani and Billsus 2007, "Content-Based Recommendation Systems"),
 * with latent semantic analysis (Deerwester et al. 1990).
 */
@JsonTypeName("content")
public record Content(
    @Setting(
            value =
                "Numbers that stand for an item's description, 1 to 1024. Twice 4 bytes each per item in memory.",
            byDefault = "128")
        int dimensions,
    @Setting(value = "Words of fewer items are passed over.", byDefault = "2") int minItems,
    @Setting(
            value =
                "What many events of one pair are worth: `binary` 1, `log` log2(1 + weight), `linear` the sum of"
                    + " weights.",
            byDefault = "log")
        Strength strength,
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "0")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(
            value = "Most items of one user that count, those of the largest weights.",
            byDefault = "500")
        int maxHistory,
    @Setting(
            value =
                "Items with more events before the cutoff are not proposed, so that all candidates are new items; 0: no"
                    + " bound.",
            byDefault = "0")
        int maxItemEvents)
    implements CandidateModel {

  private static final String HISTORIES = "histories";
  private static final String ITEM_VECTORS = "item_vectors";
  private static final String PROPOSABLE = "proposable";
  private static final String KNOWN = "known";

  public Content {
    Require.that(
        dimensions >= 1 && dimensions <= 1024,
        "dimensions is %s but must be from 1 to 1024",
        dimensions);
    Require.that(minItems >= 1, "minItems is %s but must be >= 1", minItems);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Require.that(maxHistory >= 1, "maxHistory is %s but must be >= 1", maxHistory);
    Require.that(maxItemEvents >= 0, "maxItemEvents is %s but must be >= 0", maxItemEvents);
  }

  @Override
  public FittedModel fit(Training training) {
    Dataset<Row> pairs =
        Interactions.pairs(training.events(), training.cutoff(), halfLifeDays, eventWeights);
    return restore(
        Map.of(
            HISTORIES,
            Histories.of(pairs, strength.of(col(Interactions.WEIGHT)), maxHistory),
            ITEM_VECTORS,
            proposable(
                Descriptions.vectors(
                    training.items(), training.itemCount(), dimensions, minItems, training.seed()),
                training.events())),
        training.itemCount());
  }

  private Dataset<Row> proposable(Dataset<Row> vectors, Dataset<Row> events) {
    if (maxItemEvents == 0) {
      return vectors.withColumn(PROPOSABLE, lit(true));
    }
    Dataset<Row> known = events.groupBy(Events.ITEM).agg(count(lit(1)).gt(maxItemEvents).as(KNOWN));
    return vectors
        .join(known, new String[] {Items.ITEM}, "left")
        .withColumn(PROPOSABLE, not(coalesce(col(KNOWN), lit(false))))
        .drop(KNOWN);
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("dimensions", SearchSpace.oneOf(64, 128, 256))
        .with("strength", SearchSpace.oneOf("log", "binary", "linear"))
        .with("halfLifeDays", SearchSpace.oneOf(0, 14, 60, 180));
  }

  @Override
  public FittedModel restore(Map<String, Dataset<Row>> tables, int itemCount) {
    return new Fitted(tables, itemCount);
  }

  private record Fitted(Map<String, Dataset<Row>> tables, int itemCount) implements FittedModel {
    @Override
    public Dataset<Row> prepare(Dataset<Row> users, String input) {
      return Histories.attach(users, tables.get(HISTORIES), input);
    }

    @Override
    public BlockScorer scorer(String input) {
      float[][] vectors = unitVectors();
      int rank = Arrays.stream(vectors).mapToInt(v -> v == null ? 0 : v.length).max().orElse(0);
      return new FactorScorer(
          new Taste(input, vectors, rank), unitVectors(vectors().where(col(PROPOSABLE))), rank);
    }

    private Dataset<Row> vectors() {
      return tables.get(ITEM_VECTORS);
    }

    private float[][] unitVectors() {
      return unitVectors(vectors());
    }

    private float[][] unitVectors(Dataset<Row> rows) {
      return ItemVectors.normalised(
          ItemVectors.byIndex(rows, Items.ITEM, ItemVectors.VECTOR, itemCount));
    }

    @Override
    public Optional<Dataset<Row>> itemVectors() {
      return Optional.of(tables.get(ITEM_VECTORS));
    }

    @Override
    public Decomposer decomposer(String input) {
      float[][] vectors = unitVectors();
      int rank = Arrays.stream(vectors).mapToInt(v -> v == null ? 0 : v.length).max().orElse(0);
      Taste taste = new Taste(input, vectors, rank);
      return (user, items) -> {
        float[] sum = taste.sum(user);
        double length = Math.sqrt(ItemVectors.product(sum, sum));
        return new HistoryParts(
                input,
                (had, item) ->
                    length == 0 || vectors[had] == null || vectors[item] == null
                        ? 0
                        : (float) (ItemVectors.product(vectors[had], vectors[item]) / length))
            .parts(user, items);
      };
    }

    @Override
    public Explainer explainer() {
      float[][] vectors = unitVectors();
      return (user, item, names) -> {
        int closest = ItemVectors.closest(vectors, item, TopN.ints(user, UserContext.HISTORY));
        return closest < 0
            ? "Fits your taste"
            : "Similar to " + names[closest] + ", which you bought";
      };
    }
  }

  /** A history's vectors added up, of length 1; empty where nothing is known. */
  private record Taste(String input, float[][] vectors, int rank) implements UserVector {
    @Override
    public float[] of(Row user) {
      float[] unit = ItemVectors.normalised(new float[][] {sum(user)})[0];
      return unit == null ? new float[0] : unit;
    }

    /** Not yet of length 1; all 0 where nothing is known. */
    float[] sum(Row user) {
      float[] taste = new float[rank];
      Row history = user.getAs(input);
      if (history == null) {
        return taste;
      }
      int[] bought = TopN.ints(history, Histories.ITEMS);
      float[] weights = TopN.floats(history, Histories.WEIGHTS);
      for (int at = 0; at < bought.length; at++) {
        float[] vector = vectors[bought[at]];
        if (vector != null) {
          for (int dimension = 0; dimension < rank; dimension++) {
            taste[dimension] += weights[at] * vector[dimension];
          }
        }
      }
      return taste;
    }
  }
}
