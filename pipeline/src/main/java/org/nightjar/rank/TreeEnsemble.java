package org.nightjar.rank;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nightjar.InputException;

/**
 * Boosted regression trees in primitive arrays: score = Σ over trees of the leaf that the features
 * fall into, up to the constant with which boosting began. Executors need nothing but this class to
 * rank, no native library.
 *
 * <p>A node sends a feature below its threshold to the left; an unknown one goes where training
 * found best. Features have names: {@link #over} finds their places among those that there are.
 * Made of the JSON form of an XGBoost model (documentation: "Introduction to Model IO"); written
 * and read as a JSON object of the names and the nodes' arrays.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class TreeEnsemble implements Serializable {
  private static final String UNKNOWN_GOES_LEFT = "unknown_goes_left";

  /** By place: the names of the features in a row. */
  private final List<String> features;

  /** Where each tree's nodes begin in the arrays. */
  private final int[] roots;

  /** Left child, relative to the arrays; −1 at leaves. */
  private final int[] left;

  private final int[] right;
  private final int[] feature;

  /** Threshold at splits, value at leaves. */
  private final float[] value;

  @JsonProperty(UNKNOWN_GOES_LEFT)
  private final boolean[] unknownGoesLeft;

  private TreeEnsemble(List<String> features, int trees, int nodes) {
    this.features = List.copyOf(features);
    roots = new int[trees];
    left = new int[nodes];
    right = new int[nodes];
    feature = new int[nodes];
    value = new float[nodes];
    unknownGoesLeft = new boolean[nodes];
  }

  /**
   * As written.
   *
   * @throws InputException if the arrays are not those of trees over these features
   */
  @JsonCreator
  TreeEnsemble(
      @JsonProperty("features") List<String> features,
      @JsonProperty("roots") int[] roots,
      @JsonProperty("left") int[] left,
      @JsonProperty("right") int[] right,
      @JsonProperty("feature") int[] feature,
      @JsonProperty("value") float[] value,
      @JsonProperty(UNKNOWN_GOES_LEFT) boolean[] unknownGoesLeft) {
    if (!areTrees(features, roots, left, right, feature, value, unknownGoesLeft)) {
      throw new InputException("The trees are not whole.");
    }
    this.features = List.copyOf(features);
    this.roots = roots;
    this.left = left;
    this.right = right;
    this.feature = feature;
    this.value = value;
    this.unknownGoesLeft = unknownGoesLeft;
  }

  /** Children come behind their parents, so that every walk ends. */
  private static boolean areTrees(
      List<String> features,
      int[] roots,
      int[] left,
      int[] right,
      int[] feature,
      float[] value,
      boolean[] unknownGoesLeft) {
    if (Stream.of(features, roots, left, right, feature, value, unknownGoesLeft)
        .anyMatch(Objects::isNull)) {
      return false;
    }
    int nodes = left.length;
    return right.length == nodes
        && feature.length == nodes
        && value.length == nodes
        && unknownGoesLeft.length == nodes
        && Arrays.stream(roots).allMatch(root -> root >= 0 && root < nodes)
        && IntStream.range(0, nodes)
            .filter(node -> left[node] >= 0)
            .allMatch(
                node ->
                    left[node] > node
                        && left[node] < nodes
                        && right[node] > node
                        && right[node] < nodes
                        && feature[node] >= 0
                        && feature[node] < features.size());
  }

  /**
   * The trees of a model.
   *
   * @param json the model as XGBoost writes it
   * @param features names of the features that it was trained on, in order
   */
  static TreeEnsemble of(byte[] json, List<String> features) {
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
    TreeEnsemble ensemble = new TreeEnsemble(features, trees.size(), nodes);
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

  /** Names of the features, in the order in which {@link #score} reads them. */
  List<String> features() {
    return features;
  }

  /**
   * The same trees for rows of other features.
   *
   * @param names of the features of a row, in order
   * @throws InputException if some feature that a tree asks for is not among them, with its name
   */
  TreeEnsemble over(List<String> names) {
    if (names.equals(features)) {
      return this;
    }
    int[] places = features.stream().mapToInt(names::indexOf).toArray();
    int[] moved = feature.clone();
    for (int node = 0; node < moved.length; node++) {
      if (left[node] >= 0) {
        moved[node] = places[feature[node]];
        if (moved[node] < 0) {
          throw new InputException(
              String.format(
                  "The learned ranking asks for the feature '%s', which there is not. Start a run.",
                  features.get(feature[node])));
        }
      }
    }
    return new TreeEnsemble(names, roots, left, right, moved, value, unknownGoesLeft);
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
