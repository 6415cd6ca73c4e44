package org.nightjar.rank;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.nightjar.config.RankSettings.Normalisation;
import org.nightjar.rank.kernel.BestFirst;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Candidates;

/**
 * One user's candidates of all models: the distinct items in ascending order, and per model its
 * score, its own list and a normalised score for each.
 *
 * <p>{@code min-max}: (s − low) / (high − low) over the model's own list, low being 0 where the
 * list is shorter than asked for and its scores are positive, since the model then knows nothing
 * further down; {@code rank}: 1 − (rank − 1) / asked. Items that a model does not propose have 0
 * there.
 */
final class CandidateSet {
  private final int[] items;
  private final float[][] raw;
  private final int[][] listed;
  private final float[][] scores;

  private CandidateSet(int[] items, float[][] raw, Normalisation normalisation, int perModel) {
    this.items = items;
    this.raw = raw;
    this.listed = new int[raw.length][];
    this.scores = new float[raw.length][items.length];
    for (int model = 0; model < raw.length; model++) {
      listed[model] = listed(raw[model], perModel);
      normalise(listed[model], raw[model], scores[model], normalisation, perModel);
    }
  }

  /**
   * From a user's row.
   *
   * @param user the columns {@link Candidates#OF_ALL_MODELS}
   * @param models how many models there are
   * @param perModel how many candidates each model was asked for
   */
  static CandidateSet of(Row user, int models, Normalisation normalisation, int perModel) {
    int[] items = TopN.ints(user, Candidates.ITEMS);
    float[] all = TopN.floats(user, Candidates.MODEL_SCORES);
    float[][] raw = new float[models][];
    for (int model = 0; model < models; model++) {
      raw[model] = Arrays.copyOfRange(all, model * items.length, (model + 1) * items.length);
    }
    return new CandidateSet(items, raw, normalisation, perModel);
  }

  /** Places of the model's best candidates, best first, ties by ascending item. */
  private static int[] listed(float[] scores, int perModel) {
    return IntStream.range(0, scores.length)
        .filter(at -> !Float.isNaN(scores[at]))
        .mapToLong(at -> BestFirst.of(scores[at], at))
        .sorted()
        .limit(perModel)
        .mapToInt(BestFirst::id)
        .toArray();
  }

  private static void normalise(
      int[] listed, float[] raw, float[] scores, Normalisation normalisation, int perModel) {
    if (listed.length == 0) {
      return;
    }
    float high = raw[listed[0]];
    float low = raw[listed[listed.length - 1]];
    if (listed.length < perModel && low > 0) {
      low = 0;
    }
    for (int place = 0; place < listed.length; place++) {
      float score = raw[listed[place]];
      scores[listed[place]] =
          normalisation == Normalisation.RANK
              ? 1f - (float) place / perModel
              : high > low ? (score - low) / (high - low) : 1f;
    }
  }

  /** Distinct items, ascending. */
  int[] items() {
    return items;
  }

  /** Normalised scores by model, in the order of {@link #items}. */
  float[][] scores() {
    return scores;
  }

  /** Scores as the models gave them, in the order of {@link #items}; NaN where there is none. */
  float[][] raw() {
    return raw;
  }

  /** Places in {@link #items} of the model's own list, best first. */
  int[] places(int model) {
    return listed[model];
  }

  /** The model's own list, best first. */
  int[] listed(int model) {
    return itemsAt(listed[model]);
  }

  private int[] itemsAt(int[] places) {
    return Arrays.stream(places).map(at -> items[at]).toArray();
  }
}
