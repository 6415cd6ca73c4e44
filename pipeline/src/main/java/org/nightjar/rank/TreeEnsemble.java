package org.nightjar.rank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.nightjar.InputException;

/**
 * Boosted regression trees in primitive arrays: score = Σ over trees of the leaf that the features
 * fall into, up to the constant with which boosting began. Executors need nothing but this class to
 * rank, no native library.
 *
 * <p>A node sends a feature below its threshold to the left; an unknown one goes where training
 * found best. Read from the JSON form of an XGBoost model (documentation: "Introduction to Model
 * IO").
 */
public final class TreeEnsemble implements Serializable {
  /** Where each tree's nodes begin in the arrays. */
  private final int[] roots;

  /** Left child, relative to the arrays; −1 at leaves. */
  private final int[] left;

  private final int[] right;
  private final int[] feature;

  /** Threshold at splits, value at leaves. */
  private final float[] value;

  private final boolean[] unknownGoesLeft;

  private TreeEnsemble(int trees, int nodes) {
    roots = new int[trees];
    left = new int[nodes];
    right = new int[nodes];
    feature = new int[nodes];
    value = new float[nodes];
    unknownGoesLeft = new boolean[nodes];
  }

  /**
   * The trees of a model.
   *
   * @param json the model as XGBoost writes it
   */
  static TreeEnsemble of(byte[] json) {
    JsonNode trees;
    try {
      trees = new ObjectMapper().readTree(json).at("/learner/gradient_booster/model/trees");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!trees.isArray()) {
      throw new InputException("The model holds no trees: it was not written by XGBoost 2 or 3.");
    }
    int nodes = 0;
    for (JsonNode tree : trees) {
      nodes += tree.get("left_children").size();
    }
    TreeEnsemble ensemble = new TreeEnsemble(trees.size(), nodes);
    int from = 0;
    for (int number = 0; number < trees.size(); number++) {
      ensemble.roots[number] = from;
      from = ensemble.add(trees.get(number), from);
    }
    return ensemble;
  }

  private int add(JsonNode tree, int from) {
    int size = tree.get("left_children").size();
    for (int node = 0; node < size; node++) {
      int child = tree.get("left_children").get(node).intValue();
      left[from + node] = child < 0 ? -1 : from + child;
      right[from + node] = from + tree.get("right_children").get(node).intValue();
      feature[from + node] = tree.get("split_indices").get(node).intValue();
      value[from + node] = tree.get("split_conditions").get(node).floatValue();
      unknownGoesLeft[from + node] = tree.get("default_left").get(node).asInt() != 0;
    }
    return from + size;
  }

  /** Number of trees. */
  int trees() {
    return roots.length;
  }

  /**
   * The score of one row.
   *
   * @param features row after row; NaN where unknown
   * @param from where the row begins
   */
  float score(float[] features, int from) {
    float sum = 0;
    for (int root : roots) {
      int node = root;
      while (left[node] >= 0) {
        float known = features[from + feature[node]];
        boolean goesLeft = Float.isNaN(known) ? unknownGoesLeft[node] : known < value[node];
        node = goesLeft ? left[node] : right[node];
      }
      sum += value[node];
    }
    return sum;
  }
}
