package org.nightjar.rank;

import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nightjar.config.RankSettings;

/**
 * How much each model counts: by activity segment (cold, light, heavy), then by model.
 *
 * @param bySegment a weight of at least 0 for every model in every segment
 */
public record BlendWeights(Map<String, Map<String, Double>> bySegment) implements Serializable {

  /** The weights that the configuration gives; 1 where it gives none. */
  public static BlendWeights configured(RankSettings.Blend blend, List<String> models) {
    Map<String, Map<String, Double>> bySegment = new LinkedHashMap<>();
    for (String segment : RankSettings.ACTIVITY_SEGMENTS) {
      Map<String, Double> weights = new LinkedHashMap<>();
      for (String model : models) {
        double weight = blend.weights().getOrDefault(model, 1.0);
        weights.put(
            model,
            blend.weightsBySegment().getOrDefault(segment, Map.of()).getOrDefault(model, weight));
      }
      bySegment.put(segment, weights);
    }
    return new BlendWeights(bySegment);
  }

  /** What orders candidates by these weights. */
  public Scoring over(List<String> models) {
    Map<String, double[]> inOrder = new HashMap<>();
    bySegment.keySet().forEach(segment -> inOrder.put(segment, of(segment, models)));
    return new Blend(inOrder);
  }

  /** Weights in the order of {@code models}. */
  double[] of(String segment, List<String> models) {
    Map<String, Double> weights = bySegment.get(segment);
    return models.stream().mapToDouble(model -> weights.getOrDefault(model, 0.0)).toArray();
  }
}
