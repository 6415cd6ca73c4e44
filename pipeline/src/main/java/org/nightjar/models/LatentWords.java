package org.nightjar.models;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The directions in which descriptions differ most: an orthonormal basis of the space of the
 * leading right singular vectors of the item × word matrix, by subspace iteration (Halko,
 * Martinsson and Tropp 2011, "Finding structure with randomness", algorithm 4.4). Inner products in
 * that space are those of latent semantic analysis (Deerwester et al. 1990), and with as many
 * dimensions as words they are exact. On the driver's cores; the same bits whatever their number.
 */
final class LatentWords {
  /** One product with the matrix and its transpose each. */
  private static final int ITERATIONS = 8;

  /** A direction that loses more than this share of its length to the others was one of them. */
  private static final double DEPENDENT = 1e-9;

  private LatentWords() {}

  /** A row of the matrix: word numbers from 0 and their weights. */
  record Description(int[] words, float[] weights) {}

  /**
   * The basis, by dimension and word; dimensions beyond the matrix's rank are zero.
   *
   * @param items always in the same order
   * @param words number of words
   * @param dimensions most dimensions
   */
  static float[][] basis(List<Description> items, int words, int dimensions, long seed) {
    double[][] basis = new double[Math.min(dimensions, words)][words];
    SplittableRandom random = new SplittableRandom(seed);
    for (double[] direction : basis) {
      Arrays.setAll(direction, word -> random.nextBoolean() ? 1 : -1);
    }
    orthonormalise(basis);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      IntStream.range(0, basis.length)
          .parallel()
          .forEach(dimension -> basis[dimension] = multiplied(items, basis[dimension]));
      orthonormalise(basis);
    }
    return Arrays.stream(basis).map(LatentWords::floats).toArray(float[][]::new);
  }

  /** AᵀA times the direction, A the item × word matrix. */
  private static double[] multiplied(List<Description> items, double[] direction) {
    double[] product = new double[direction.length];
    for (Description item : items) {
      int[] words = item.words();
      float[] weights = item.weights();
      double sum = 0;
      for (int at = 0; at < words.length; at++) {
        sum += weights[at] * direction[words[at]];
      }
      for (int at = 0; at < words.length; at++) {
        product[words[at]] += weights[at] * sum;
      }
    }
    return product;
  }

  /** Modified Gram–Schmidt, each direction freed of the others twice. */
  private static void orthonormalise(double[][] basis) {
    for (int dimension = 0; dimension < basis.length; dimension++) {
      double[] direction = basis[dimension];
      double before = Math.sqrt(dot(direction, direction));
      for (int pass = 0; pass < 2; pass++) {
        for (int other = 0; other < dimension; other++) {
          double share = dot(direction, basis[other]);
          for (int word = 0; word < direction.length; word++) {
            direction[word] -= share * basis[other][word];
          }
        }
      }
      double after = Math.sqrt(dot(direction, direction));
      double scale = after > DEPENDENT * before ? 1 / after : 0;
      for (int word = 0; word < direction.length; word++) {
        direction[word] *= scale;
      }
    }
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int at = 0; at < one.length; at++) {
      sum += one[at] * other[at];
    }
    return sum;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int at = 0; at < values.length; at++) {
      floats[at] = (float) values[at];
    }
    return floats;
  }
}
