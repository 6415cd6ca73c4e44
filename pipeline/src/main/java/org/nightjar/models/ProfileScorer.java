package org.nightjar.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.GroupScorer;
import org.nightjar.rank.kernel.Part;
import org.nightjar.table.Attributes;

/**
 * A base score per item plus one row of additions per known profile level: score(u,i) = base_i +
 * Σ_a row_{a,level(u,a)},i. Unknown levels add nothing.
 *
 * @param base by item; NaN for items that are never proposed
 * @param additions by column of an attribute and level: additions by item
 */
record ProfileScorer(float[] base, Map<String, Map<String, float[]>> additions)
    implements GroupScorer {

  @Override
  public int itemCount() {
    return base.length;
  }

  /** The user's known levels, by attribute. */
  @Override
  public Object group(Row user) {
    return rows(user);
  }

  @Override
  public void score(Row user, float[] scores) {
    System.arraycopy(base, 0, scores, 0, base.length);
    for (float[] row : rows(user)) {
      for (int item = 0; item < scores.length; item++) {
        scores[item] += row[item];
      }
    }
  }

  @Override
  public float score(Row user, int item) {
    float score = base[item];
    for (float[] row : rows(user)) {
      score += row[item];
    }
    return score;
  }

  /** What the user's levels add; an array is equal to itself only, which makes a group. */
  private List<float[]> rows(Row user) {
    List<float[]> rows = new ArrayList<>(additions.size());
    for (Map.Entry<String, Map<String, float[]>> attribute : additions.entrySet()) {
      String level = user.getAs(attribute.getKey());
      float[] row = level == null ? null : attribute.getValue().get(level);
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** What the base and each known level add to the logarithm; nothing for items never proposed. */
  List<Part> parts(Row user, int item) {
    List<Part> parts = new ArrayList<>();
    if (!Float.isNaN(base[item])) {
      parts.add(Part.everybody(base[item]));
      for (Map.Entry<String, Map<String, float[]>> attribute : additions.entrySet()) {
        String level = user.getAs(attribute.getKey());
        float[] row = level == null ? null : attribute.getValue().get(level);
        if (row != null && row[item] != 0) {
          parts.add(Part.profile(Attributes.name(attribute.getKey()), level, row[item]));
        }
      }
    }
    return parts;
  }

  /** Scores are sums of logarithms; told are their exponentials. */
  @Override
  public float published(float score) {
    return (float) StrictMath.exp(score);
  }

  /** Names the level that speaks most for the item. */
  String reason(Row user, int item) {
    String strongest = null;
    float most = 0;
    for (Map.Entry<String, Map<String, float[]>> attribute : additions.entrySet()) {
      String level = user.getAs(attribute.getKey());
      float[] row = level == null ? null : attribute.getValue().get(level);
      if (row != null && row[item] > most) {
        most = row[item];
        strongest = Attributes.name(attribute.getKey()).replace('_', ' ') + " " + level;
      }
    }
    return strongest == null
        ? "Popular with many customers"
        : "Popular with customers like you (" + strongest + ")";
  }
}
