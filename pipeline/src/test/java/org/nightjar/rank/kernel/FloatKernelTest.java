package org.nightjar.rank.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nightjar.rank.kernel.FloatKernel.Rows;

class FloatKernelTest {
  static Stream<FloatKernel> kernels() {
    return Stream.of(FloatKernel.plain(), FloatKernel.fastest());
  }

  @Test
  void theBuildTestsTheVectorKernel() {
    assertThat(FloatKernel.fastest()).isInstanceOf(VectorKernel.class);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void productsAreFusedSumsInOrder(FloatKernel kernel) {
    Random random = new Random(3);
    for (int depth : new int[] {0, 1, 3, 4, 7, 65}) {
      int height = 16;
      int width = 96;
      Rows a = rows(random, depth, height, 5, 21);
      Rows b = rows(random, depth, width, 2, 101);
      Rows c = rows(random, height, width, 7, 99);
      float[] expected = c.values().clone();
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          float sum = 0;
          for (int k = 0; k < depth; k++) {
            sum = Math.fma(a.values()[5 + k * 21 + i], b.values()[2 + k * 101 + j], sum);
          }
          expected[7 + i * 99 + j] = sum;
        }
      }

      kernel.products(a, b, depth, c, height, width);

      assertThat(c.values()).as("depth %s", depth).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gramIsAProductWithItselfAboveTheDiagonal(FloatKernel kernel) {
    int width = 96;
    Rows a = rows(new Random(4), 9, width, 3, 130);
    float[] expected = new float[width * width];
    kernel.products(a, a, 9, new Rows(expected, 0, width), width, width);
    for (int size : new int[] {8, 40, 96}) {
      float[] gram = new float[size * width];

      kernel.gram(a, 9, new Rows(gram, 0, width), size);

      for (int row = 0; row < size; row++) {
        for (int column = row; column < size; column++) {
          assertThat(gram[row * width + column]).isEqualTo(expected[row * width + column]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void stretchesAreAddedAndScaledWithOneRoundingEach(FloatKernel kernel) {
    float[] values = rows(new Random(5), 1, 120, 0, 0).values();
    float[] added = values.clone();
    float[] scaled = values.clone();
    for (int j = 0; j < 48; j++) {
      added[60 + j] = Math.fma(0.3f, values[3 + j], values[60 + j]);
      scaled[7 + j] = 0.3f * values[7 + j];
    }

    float[] sum = values.clone();
    kernel.add(0.3f, sum, 3, 60, 48);
    kernel.scale(0.3f, values, 7, 48);

    assertThat(sum).isEqualTo(added);
    assertThat(values).isEqualTo(scaled);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rowsAreGatheredAndSummedUpInOrder(FloatKernel kernel) {
    Random random = new Random(6);
    int[] places = {99, 4, 0, 2, 4};
    float[] factors = {0.1f, 0.2f, 0.3f, 0.4f};
    float[] weights = {1.1f, 1.2f, 1.3f, 1.4f};
    for (int length : new int[] {1, 6, 16, 64, 70, 128}) {
      float[] matrix = rows(random, 5, length, 0, length).values();
      Rows into = rows(random, 4, length, 3, length + 2);
      float[] expected = into.values().clone();
      float[] sums = new float[length];
      for (int row = 0; row < 4; row++) {
        for (int j = 0; j < length; j++) {
          float value = matrix[places[1 + row] * length + j];
          expected[3 + row * (length + 2) + j] = factors[row] * value;
          sums[j] = Math.fma(weights[row], value, sums[j]);
        }
      }
      float[] sum = new float[length];
      Arrays.fill(sum, 7);

      kernel.gather(matrix, places, 1, 4, factors, weights, into, sum);

      assertThat(into.values()).as("length %s", length).isEqualTo(expected);
      assertThat(sum).isEqualTo(sums);
      Arrays.fill(sum, 7);
      kernel.sum(matrix, places, 1, 4, weights, sum);
      assertThat(sum).isEqualTo(sums);
    }
  }

  private static Rows rows(Random random, int count, int length, int from, int stride) {
    float[] values = new float[from + count * stride + length];
    for (int at = 0; at < values.length; at++) {
      values[at] = random.nextFloat() - 0.5f;
    }
    return new Rows(values, from, stride);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void firstAboveIsStrictAndPassesOverNaN(FloatKernel kernel) {
    float[] values = new float[50];
    values[3] = Float.NaN;
    values[7] = 1;
    values[44] = 2;

    assertThat(kernel.firstAbove(values, 1, 50, 0)).isEqualTo(7);
    assertThat(kernel.firstAbove(values, 0, 50, 1)).isEqualTo(44);
    assertThat(kernel.firstAbove(values, 8, 44, 0)).isEqualTo(44);
    assertThat(kernel.firstAbove(values, 0, 50, 2)).isEqualTo(50);
    assertThat(kernel.firstAbove(values, 9, 9, -1)).isEqualTo(9);
  }
}
