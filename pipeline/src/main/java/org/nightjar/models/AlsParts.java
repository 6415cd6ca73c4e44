package org.nightjar.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Part;
import org.nightjar.rank.kernel.TopN;

/**
 * What each preference of a user adds to a score of {@link Als} (Hu, Koren and Volinsky 2008,
 * section 5). The user's factors solve A·x = Σ_j b_j·y_j over the items had, so x·y_i is the sum of
 * b_j · y_i·A⁻¹·y_j over them. Implicit: A = YᵀY + Σ_j α·r_j·y_j·y_jᵀ + n·λ·I and b_j = 1 + α·r_j;
 * explicit: A = Σ_j y_j·y_jᵀ + n·λ·I and b_j = r_j; as MLlib has it, whose last step solves the
 * users.
 *
 * <p>Costs n·f²/2 + f³/3 operations per user with n items and f factors, and f² + n·f per score.
 *
 * @param input name of the column that {@link Histories#attach} added
 * @param factors by item index; null where an item has none
 * @param gram YᵀY, f × f; null: explicit
 * @param alpha α
 * @param regularisation λ
 */
record AlsParts(
    String input, float[][] factors, double[][] gram, double alpha, double regularisation)
    implements Decomposer {
  private static final double SYMMETRY = 1e-8;
  private static final double POSITIVE = 1e-300;

  /** YᵀY over the items with factors, in ascending order; the same sums whatever the machine. */
  static double[][] gram(float[][] factors, int rank) {
    double[][] gram = new double[rank][rank];
    for (float[] row : factors) {
      if (row != null) {
        add(gram, row, 1);
      }
    }
    return gram;
  }

  private static void add(double[][] sum, float[] row, double weight) {
    for (int a = 0; a < row.length; a++) {
      double scaled = weight * row[a];
      for (int b = 0; b < row.length; b++) {
        sum[a][b] += scaled * row[b];
      }
    }
  }

  @Override
  public List<List<Part>> parts(Row user, int[] items) {
    Row history = user.getAs(input);
    if (history == null) {
      return Arrays.stream(items).mapToObj(item -> List.<Part>of()).toList();
    }
    int[] had = TopN.ints(history, Histories.ITEMS);
    float[] strengths = TopN.floats(history, Histories.WEIGHTS);
    DecompositionSolver solver = solver(had, strengths);
    List<List<Part>> parts = new ArrayList<>(items.length);
    for (int item : items) {
      parts.add(factors[item] == null ? List.of() : parts(solver, had, strengths, item));
    }
    return parts;
  }

  private List<Part> parts(DecompositionSolver solver, int[] had, float[] strengths, int item) {
    double[] solved = solver.solve(new ArrayRealVector(doubles(factors[item]))).toArray();
    List<Part> parts = new ArrayList<>(had.length);
    for (int at = 0; at < had.length; at++) {
      float[] factor = factors[had[at]];
      double product = 0;
      for (int f = 0; f < solved.length; f++) {
        product += solved[f] * factor[f];
      }
      double weight = gram == null ? strengths[at] : 1 + alpha * strengths[at];
      parts.add(Part.had(had[at], weight * product));
    }
    return parts;
  }

  private DecompositionSolver solver(int[] had, float[] strengths) {
    int rank = factors[had[0]].length;
    double[][] normal = new double[rank][];
    for (int f = 0; f < rank; f++) {
      normal[f] = gram == null ? new double[rank] : gram[f].clone();
    }
    for (int at = 0; at < had.length; at++) {
      add(normal, factors[had[at]], gram == null ? 1 : alpha * strengths[at]);
    }
    for (int f = 0; f < rank; f++) {
      normal[f][f] += had.length * regularisation;
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(normal, false), SYMMETRY, POSITIVE)
        .getSolver();
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int at = 0; at < values.length; at++) {
      doubles[at] = values[at];
    }
    return doubles;
  }
}
