package org.nightjar.models;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.nightjar.Setting;
import org.nightjar.rank.kernel.CatalogueScorer;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Events;
import org.nightjar.table.UserContext;

/**
 * A linear model that predicts what a user has from everything else the user has, in closed form: B
 * = I − P·diag(P)⁻¹ with P = (G + p/(1 − p)·diag(G) + λI)⁻¹ and G the {@link GramMatrix};
 * score(u,i) = Σ_j w_uj·B_ji over the items of the user's history. p is the dropout: what training
 * would find, on average, on histories that each lack a share p of their items. λ is the
 * regularisation times the mean of c_u·w_ui² over all pairs, so that it need not change with the
 * other settings. Users without events get no row, items without events are not proposed.
 *
 * <p>Sources: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"; Steck 2020,
 * "Autoencoders that don't overfit towards the Identity". The matrix is inverted in the driver's
 * memory, so the number of items with events is limited.
 */
@JsonTypeName("ease")
public record Ease(
    @Setting(
            value =
                "λ, what is added to an item's number of users, where every pair counts 1; scaled by what pairs count"
                    + " on average.",
            byDefault = "300")
        double regularisation,
    @Setting(
            value =
                "Share of a user's items that training does without, at least 0 and below 1: the more, the less one item"
                    + " alone, however many users it has, speaks for another.",
            byDefault = "0.33")
        double dropout,
    @Setting(
            value =
                "What many events of one pair are worth: `binary` 1, `log` log2(1 + weight), `linear` the sum of"
                    + " weights, at most 1000.",
            byDefault = "log")
        Strength strength,
    @Setting(
            value =
                "How much less a user with many items counts per item when items are compared, 0 to 1: not at all to"
                    + " every user alike.",
            byDefault = "0.5")
        double normalisation,
    @Setting(
            value = "Days after which an event counts half; 0: events never fade.",
            byDefault = "0")
        double halfLifeDays,
    @Setting(value = "Weight by event type; types not named weigh 1.", byDefault = "{}")
        Map<String, Double> eventWeights,
    @Setting(
            value = "Most items of one user that count, those of the largest weights.",
            byDefault = "1000")
        int maxHistory,
    @Setting(value = "Weights kept per item of a history, the largest; 0: all.", byDefault = "1000")
        int neighbours,
    @Setting(
            value =
                "Most items with events. More are refused: memory grows with their square (20,000: 2 GiB), time with"
                    + " their cube.",
            byDefault = "20000")
        int maxItems)
    implements CandidateModel {

  private static final String HISTORIES = "histories";
  private static final String ITEM_WEIGHTS = "item_weights";

  private static final double MAX_WEIGHT = 1000;
  private static final int WEIGHT_SCALE = 6;

  /** The part of the driver's heap that fitting may take. */
  private static final double HEAP_SHARE = 0.8;

  private static final double GIBIBYTE = 1 << 30;

  public Ease {
    Require.that(regularisation > 0, "regularisation is %s but must be > 0", regularisation);
    Require.that(
        dropout >= 0 && dropout < 1, "dropout is %s but must be at least 0 and below 1", dropout);
    Require.that(
        normalisation >= 0 && normalisation <= 1,
        "normalisation is %s but must be from 0 to 1",
        normalisation);
    Require.that(halfLifeDays >= 0, "halfLifeDays is %s but must be >= 0 days", halfLifeDays);
    Require.that(maxHistory >= 1, "maxHistory is %s but must be >= 1", maxHistory);
    Require.that(neighbours >= 0, "neighbours is %s but must be >= 0", neighbours);
    Require.that(
        maxItems >= 1 && maxItems <= 60_000,
        "maxItems is %s but must be from 1 to 60000",
        maxItems);
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if there are more items with events than {@link #maxItems} or than fit
   *     into the driver's heap, before anything else is done
   */
  @Override
  public FittedModel fit(Training training) {
    int[] sold =
        training.events().select(Events.ITEM).distinct().collectAsList().stream()
            .mapToInt(row -> row.getInt(0))
            .sorted()
            .toArray();
    checkFits(sold.length, Runtime.getRuntime().maxMemory());
    Column preference =
        round(least(strength.of(col(Interactions.WEIGHT)), lit(MAX_WEIGHT)), WEIGHT_SCALE);
    Dataset<Row> histories =
        SparkScope.persisted(
            Histories.of(
                Interactions.pairs(
                    training.events(), training.cutoff(), halfLifeDays, eventWeights),
                preference,
                maxHistory));
    try {
      double[][] matrix = inverse(histories, sold, training.itemCount());
      return restore(
          Map.of(
              HISTORIES,
              histories,
              ITEM_WEIGHTS,
              ItemWeights.table(
                  training.events().sparkSession(),
                  sold,
                  neighbours,
                  place -> weights(matrix, place))),
          training.itemCount());
    } catch (RuntimeException | Error e) {
      SparkScope.release(histories);
      throw e;
    }
  }

  /** P, the inverse that the weights follow from. */
  private double[][] inverse(Dataset<Row> histories, int[] sold, int itemCount) {
    int[] places = ItemWeights.places(sold, itemCount);
    double[][] matrix = GramMatrix.of(histories, places, sold.length, normalisation);
    regularise(matrix, pairs(histories));
    SymmetricInverse.invert(matrix);
    return matrix;
  }

  private static long pairs(Dataset<Row> histories) {
    Row total = histories.agg(sum(size(col(Histories.ITEMS)))).head();
    return total.isNullAt(0) ? 0 : total.getLong(0);
  }

  private void regularise(double[][] matrix, long pairs) {
    double trace = 0;
    for (int item = 0; item < matrix.length; item++) {
      trace += matrix[item][item];
    }
    double lambda = regularisation * Math.max(trace / pairs, GramMatrix.UNIT);
    for (int item = 0; item < matrix.length; item++) {
      matrix[item][item] += dropout / (1 - dropout) * matrix[item][item] + lambda;
    }
  }

  /** A row of B. */
  private static float[] weights(double[][] inverse, int row) {
    float[] weights = new float[inverse.length];
    for (int column = 0; column < weights.length; column++) {
      double entry = column < row ? inverse[row][column] : inverse[column][row];
      weights[column] = (float) (-entry / inverse[column][column]);
    }
    weights[row] = 0;
    return weights;
  }

  /**
   * Refuses catalogues that are too large.
   *
   * @param items number of items with events
   * @param heapBytes the most that the driver may take
   */
  void checkFits(int items, long heapBytes) {
    Require.that(
        items <= maxItems,
        "Cannot fit ease: %,d items have events but maxItems is %,d. Raise maxItems (memory grows with the square of"
            + " the items, time with the cube), clean out rare items, or use item-knn or als instead.",
        items,
        maxItems);
    double needed = neededBytes(items) / GIBIBYTE;
    double usable = HEAP_SHARE * heapBytes / GIBIBYTE;
    Require.that(
        needed <= usable,
        "Cannot fit ease: %,d items with events need %.2f GiB of the driver's memory, but it may take %.2f GiB (%.0f %%"
            + " of %.2f GiB). Give the driver more (NIGHTJAR_MEMORY, or --driver-memory of spark-submit), lower"
            + " neighbours or the number of items, or use item-knn or als instead.",
        items,
        needed,
        usable,
        100 * HEAP_SHARE,
        heapBytes / GIBIBYTE);
  }

  /**
   * Bytes of the driver's heap that fitting takes: the matrix, what is needed to fill and invert
   * it, and the weights with their broadcast.
   *
   * @param items number of items with events
   */
  public double neededBytes(int items) {
    return (double) GramMatrix.cells(items) * Double.BYTES
        + Math.max(GramMatrix.workBytes(items), SymmetricInverse.workBytes(items))
        + 2.0 * ItemWeights.bytes(items, neighbours);
  }

  @Override
  public SearchSpace searchSpace(List<String> profile) {
    return SearchSpace.NONE
        .with("regularisation", SearchSpace.logUniform(20, 2000))
        .with("dropout", SearchSpace.oneOf(0.33, 0, 0.5))
        .with("normalisation", SearchSpace.oneOf(0.5, 0.25, 0.75, 0))
        .with("strength", SearchSpace.oneOf("log", "binary"))
        .with("halfLifeDays", SearchSpace.oneOf(0, 60, 180));
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
    public CatalogueScorer scorer(String input) {
      return new HistoryScorer(input, weights());
    }

    @Override
    public Decomposer decomposer(String input) {
      return new HistoryParts(input, weights()::influence);
    }

    private ItemWeights weights() {
      return ItemWeights.of(tables.get(ITEM_WEIGHTS), itemCount);
    }

    @Override
    public Explainer explainer() {
      ItemWeights weights = weights();
      return (user, item, names) -> {
        int telling = weights.mostTelling(TopN.ints(user, UserContext.HISTORY), item);
        return telling < 0 ? "Fits your taste" : "Because you bought " + names[telling];
      };
    }
  }

  /** Adds up the weights of a history's items. */
  private record HistoryScorer(String input, ItemWeights weights) implements CatalogueScorer {
    @Override
    public int itemCount() {
      return weights.itemCount();
    }

    @Override
    public boolean score(Row user, float[] scores) {
      Row history = user.getAs(input);
      return history != null
          && weights.score(
              TopN.ints(history, Histories.ITEMS), TopN.floats(history, Histories.WEIGHTS), scores);
    }
  }
}
