package org.nightjar.rank;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.nightjar.config.RankSettings.Normalisation;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Candidates;

/**
 * One user's candidates of all models: the distinct items in ascending order, and per model a
 * normalised score for each.
 *
 * <p>{@code min-max}: (s − low) / (high − low) over the model's own list, low being 0 where the
 * list is shorter than asked for and its scores are positive, since the model then knows nothing
 * further down; {@code rank}: 1 − (rank − 1) / asked. Items that a model does not propose have 0
 * there.
 */
final class CandidateSet {
  private final int[] items;
  private final float[][] scores;
  private final int[][] listed;

  private CandidateSet(int[] items, float[][] scores, int[][] listed) {
    this.items = items;
    this.scores = scores;
    this.listed = listed;
  }

  /**
   * From the user's candidate rows.
   *
   * @param candidates rows of model, items, scores; models not in {@code models} are passed over
   * @param models the models, in the order of the scores
   * @param perModel how many candidates each model was asked for
   */
  static CandidateSet of(
      List<Row> candidates, List<String> models, Normalisation normalisation, int perModel) {
    int[][] listed = new int[models.size()][];
    float[][] raw = new float[models.size()][];
    Arrays.fill(listed, new int[0]);
    Arrays.fill(raw, new float[0]);
    int total = 0;
    for (Row row : candidates) {
      int model = models.indexOf(row.<String>getAs(Candidates.MODEL));
      if (model >= 0) {
        listed[model] = TopN.ints(row, Candidates.ITEMS);
        raw[model] = TopN.floats(row, Candidates.SCORES);
        total += listed[model].length;
      }
    }
    int[] all = new int[total];
    int at = 0;
    for (int[] list : listed) {
      System.arraycopy(list, 0, all, at, list.length);
      at += list.length;
    }
    int[] items = Arrays.stream(all).sorted().distinct().toArray();
    float[][] scores = new float[models.size()][items.length];
    for (int model = 0; model < listed.length; model++) {
      float[] normalised =
          normalisation == Normalisation.RANK
              ? byRank(listed[model].length, perModel)
              : byRange(raw[model], perModel);
      for (int place = 0; place < normalised.length; place++) {
        scores[model][Arrays.binarySearch(items, listed[model][place])] = normalised[place];
      }
    }
    return new CandidateSet(items, scores, listed);
  }

  private static float[] byRank(int length, int perModel) {
    float[] normalised = new float[length];
    for (int place = 0; place < length; place++) {
      normalised[place] = 1f - (float) place / perModel;
    }
    return normalised;
  }

  private static float[] byRange(float[] scores, int perModel) {
    if (scores.length == 0) {
      return scores;
    }
    float high = scores[0];
    float low = scores[scores.length - 1];
    if (scores.length < perModel && low > 0) {
      low = 0;
    }
    float[] normalised = new float[scores.length];
    for (int place = 0; place < scores.length; place++) {
      normalised[place] = high > low ? (scores[place] - low) / (high - low) : 1f;
    }
    return normalised;
  }

  /** Distinct items, ascending. */
  int[] items() {
    return items;
  }

  /** Normalised scores by model, in the order of {@link #items}. */
  float[][] scores() {
    return scores;
  }

  /** The model's own list, best first. */
  int[] listed(int model) {
    return listed[model];
  }
}
