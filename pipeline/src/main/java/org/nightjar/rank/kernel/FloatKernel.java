package org.nightjar.rank.kernel;

import java.io.Serializable;

/**
 * The loops in which scoring and training spend their time. Every implementation gives the same
 * bits: each sum runs over ascending k with one rounding per step (fused multiply-add), however the
 * work is cut into blocks and whichever instructions the processor has. Stateless.
 */
public interface FloatKernel {
  /** The height of a product is a multiple of this. */
  int HEIGHT_STEP = 8;

  /** The width of a product is a multiple of this. */
  int WIDTH_STEP = 32;

  /** The length of a stretch is a multiple of this. */
  int LENGTH_STEP = 16;

  /**
   * c = aᵀ·b: c[i][j] = Σ_k a[k][i] · b[k][j] for i below {@code height} and j below {@code width},
   * k ascending below {@code depth}. What c held before is overwritten.
   *
   * @param a depth × height
   * @param b depth × width
   * @param c height × width; another array than a and b
   * @param height a multiple of {@link #HEIGHT_STEP}
   * @param width a multiple of {@link #WIDTH_STEP}
   */
  void products(Rows a, Rows b, int depth, Rows c, int height, int width);

  /**
   * c = aᵀ·a on and above the diagonal: the same bits as {@link #products} gives. What c holds
   * below the diagonal, and beyond {@code size} up to the next multiple of {@link #WIDTH_STEP},
   * afterwards is not specified.
   *
   * @param a depth × size, with rows as wide as that multiple
   * @param c size × size, likewise; another array than a
   * @param size a multiple of {@link #HEIGHT_STEP}
   */
  default void gram(Rows a, int depth, Rows c, int size) {
    for (int j = 0; j < size; j += WIDTH_STEP) {
      products(a, a.right(j), depth, c.right(j), Math.min(j + WIDTH_STEP, size), WIDTH_STEP);
    }
  }

  /**
   * Adds a multiple of one stretch of an array to another: values[into + j] += factor · values[from
   * + j] for j below {@code length}, each rounded once.
   *
   * @param length a multiple of {@link #LENGTH_STEP}
   */
  void add(float factor, float[] values, int from, int into, int length);

  /**
   * values[from + j] *= factor for j below {@code length}.
   *
   * @param length a multiple of {@link #LENGTH_STEP}
   */
  void scale(float factor, float[] values, int from, int length);

  /**
   * Gathers rows of a matrix, each times a factor, and sums them up, each times a weight:
   * into[r][j] = factors[r] · row[j] and sums[j] = Σ_r weights[r] · row[j] for the {@code
   * places[from + r]}-th row, r ascending below {@code count}. What the sums held before is
   * overwritten.
   *
   * @param matrix rows of as many values as there are sums, one after the other
   * @param into count × as many
   */
  void gather(
      float[] matrix,
      int[] places,
      int from,
      int count,
      float[] factors,
      float[] weights,
      Rows into,
      float[] sums);

  /**
   * The sums of {@link #gather} alone: sums[j] = Σ_r weights[r] · row[j] for the {@code places[from
   * + r]}-th row.
   */
  void sum(float[] matrix, int[] places, int from, int count, float[] weights, float[] sums);

  /**
   * The place of the first value above the threshold, {@code to} if there is none. NaN is not above
   * anything.
   */
  int firstAbove(float[] values, int from, int to, float threshold);

  /**
   * Rows of a matrix within an array: row r begins at {@code from + r · stride}.
   *
   * @param values not copied
   */
  record Rows(float[] values, int from, int stride) implements Serializable {
    /** The same rows without their first columns. */
    Rows right(int columns) {
      return new Rows(values, from + columns, stride);
    }
  }

  /**
   * The kernel for this machine: explicit vectors where the JVM was started with {@code
   * --add-modules=jdk.incubator.vector}, as Spark starts its own, or else {@link #plain}.
   */
  static FloatKernel fastest() {
    return Fastest.KERNEL;
  }

  /** The kernel that needs nothing but Java, several times as slow. */
  static FloatKernel plain() {
    return new PlainKernel();
  }

  /** The least multiple of the step that is not below the count. */
  static int padded(int count, int step) {
    return (count + step - 1) / step * step;
  }
}
