package org.nightjar.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.spark.sql.Row;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Part;
import org.nightjar.rank.kernel.TopN;

/**
 * What each rating of a user adds to a score of a factorisation whose last step solved the users
 * (Hu, Koren and Volinsky 2008, section 5). The user's factors solve A·x = Σ_j b_j·y_j over the
 * items had, see {@link Objective}, so x·y_i is the sum of b_j · y_i·A⁻¹·y_j over them.
 *
 * <p>Costs n·f²/2 + f³/3 operations per user with n items and f factors, and f² + n·f per score.
 *
 * @param input name of the column that {@link Histories#attach} added
 * @param factors by item index; null where an item has none
 * @param gram α₀·YᵀY, f × f
 * @param columns number of items with factors
 */
record FactorParts(
    String input, float[][] factors, double[][] gram, long columns, Objective objective)
    implements Decomposer {
  /** Allowed between mirrored entries, which are equal. */
  private static final double SYMMETRY = 0;

  private static final double POSITIVE = 1e-300;

  /** Sums over the items in ascending order: the same whatever the machine. */
  static FactorParts of(String input, float[][] factors, int rank, Objective objective) {
    double[][] gram = new double[rank][rank];
    long columns = 0;
    for (float[] row : factors) {
      if (row != null) {
        columns++;
        add(gram, row, objective.unobservedWeight());
      }
    }
    return new FactorParts(input, factors, gram, columns, objective);
  }

  /** Symmetric to the last bit: the product of two floats is exact. */
  private static void add(double[][] sum, float[] row, double weight) {
    for (int a = 0; a < row.length; a++) {
      double left = row[a];
      for (int b = 0; b < row.length; b++) {
        sum[a][b] += weight * (left * row[b]);
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
      parts.add(Part.had(had[at], objective.right(strengths[at]) * product));
    }
    return parts;
  }

  private DecompositionSolver solver(int[] had, float[] strengths) {
    int rank = factors[had[0]].length;
    double[][] normal = new double[rank][];
    for (int f = 0; f < rank; f++) {
      normal[f] = gram[f].clone();
    }
    for (int at = 0; at < had.length; at++) {
      add(normal, factors[had[at]], objective.weight(strengths[at]));
    }
    double penalty = objective.penalty(had.length, columns);
    for (int f = 0; f < rank; f++) {
      normal[f][f] += penalty;
    }
    RealMatrix matrix = new Array2DRowRealMatrix(normal, false);
    try {
      return new CholeskyDecomposition(matrix, SYMMETRY, POSITIVE).getSolver();
    } catch (NonPositiveDefiniteMatrixException singular) {
      return new SingularValueDecomposition(matrix).getSolver();
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int at = 0; at < values.length; at++) {
      doubles[at] = values[at];
    }
    return doubles;
  }
}
