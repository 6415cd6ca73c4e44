package org.nightjar.models;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.TopN;

/** Item vectors in driver and executor memory: catalogue-sized, one float array per item. */
public final class ItemVectors {
  /** Array-of-float column of {@link FittedModel#itemVectors}. */
  public static final String VECTOR = "vector";

  private ItemVectors() {}

  /** Vectors by item index; null where an item has none. */
  public static float[][] byIndex(
      Dataset<Row> rows, String itemColumn, String vectorColumn, int itemCount) {
    float[][] vectors = new float[itemCount][];
    for (Row row : rows.select(col(itemColumn), col(vectorColumn)).collectAsList()) {
      vectors[row.getInt(0)] = TopN.floats(row, vectorColumn);
    }
    return vectors;
  }

  /** The same vectors at length 1; zero vectors become null. */
  public static float[][] normalised(float[][] vectors) {
    float[][] unit = new float[vectors.length][];
    for (int item = 0; item < vectors.length; item++) {
      if (vectors[item] == null) {
        continue;
      }
      double square = 0;
      for (float value : vectors[item]) {
        square += (double) value * value;
      }
      if (square > 0) {
        float scale = (float) (1 / Math.sqrt(square));
        unit[item] = new float[vectors[item].length];
        for (int at = 0; at < unit[item].length; at++) {
          unit[item][at] = vectors[item][at] * scale;
        }
      }
    }
    return unit;
  }

  /** The inner product. */
  static float product(float[] a, float[] b) {
    float product = 0;
    for (int at = 0; at < a.length; at++) {
      product += a[at] * b[at];
    }
    return product;
  }

  /**
   * The history item with the largest inner product with {@code item}, the earlier one of equals;
   * −1 if there is none with a vector.
   */
  static int closest(float[][] vectors, int item, int[] history) {
    int closest = -1;
    float best = Float.NEGATIVE_INFINITY;
    for (int other : history) {
      if (other != item && vectors[other] != null && vectors[item] != null) {
        float similarity = product(vectors[item], vectors[other]);
        if (similarity > best) {
          best = similarity;
          closest = other;
        }
      }
    }
    return closest;
  }
}
