package org.nightjar.models;

/**
 * A twin of {@link Alternation} without any shortcut: double precision, every cell of the matrix
 * visited, Gauss elimination.
 *
 * @param values by user and item, 0 where there is no pair
 */
record DenseAls(double[][] values, Objective objective) {

  /** Overwrites the rows' factors by the best ones for the columns'. */
  static void solve(double[][] values, Objective objective, double[][] rows, double[][] columns) {
    int rank = rows[0].length;
    for (int row = 0; row < rows.length; row++) {
      double[][] system = new double[rank][rank + 1];
      int pairs = 0;
      for (int column = 0; column < columns.length; column++) {
        double value = values[row][column];
        double weight = objective.unobservedWeight();
        double right = 0;
        if (value != 0) {
          pairs++;
          weight += objective.weight((float) value);
          right = objective.right((float) value);
        }
        for (int one = 0; one < rank; one++) {
          for (int other = 0; other < rank; other++) {
            system[one][other] += weight * columns[column][one] * columns[column][other];
          }
          system[one][rank] += right * columns[column][one];
        }
      }
      for (int one = 0; one < rank; one++) {
        system[one][one] += objective.penalty(pairs, columns.length);
      }
      rows[row] = solve(system);
    }
  }

  private static double[] solve(double[][] system) {
    int rank = system.length;
    for (int pivot = 0; pivot < rank; pivot++) {
      for (int row = 0; row < rank; row++) {
        if (row != pivot) {
          double factor = system[row][pivot] / system[pivot][pivot];
          for (int column = pivot; column <= rank; column++) {
            system[row][column] -= factor * system[pivot][column];
          }
        }
      }
    }
    double[] x = new double[rank];
    for (int row = 0; row < rank; row++) {
      x[row] = system[row][rank] / system[row][row];
    }
    return x;
  }

  /** The objective, cell by cell. */
  double loss(double[][] users, double[][] items) {
    double loss = 0;
    int[] pairsOfItem = new int[items.length];
    for (int user = 0; user < users.length; user++) {
      int pairs = 0;
      for (int item = 0; item < items.length; item++) {
        double value = values[user][item];
        double score = product(users[user], items[item]);
        if (!objective.implicit()) {
          loss += value == 0 ? 0 : (value - score) * (value - score);
        } else if (value == 0) {
          loss += objective.unobservedWeight() * score * score;
        } else {
          loss += (objective.unobservedWeight() + value) * (1 - score) * (1 - score);
        }
        if (value != 0) {
          pairs++;
          pairsOfItem[item]++;
        }
      }
      loss += objective.penalty(pairs, items.length) * product(users[user], users[user]);
    }
    for (int item = 0; item < items.length; item++) {
      loss +=
          objective.penalty(pairsOfItem[item], users.length) * product(items[item], items[item]);
    }
    return loss;
  }

  double[][] transposed() {
    double[][] transposed = new double[values[0].length][values.length];
    for (int user = 0; user < values.length; user++) {
      for (int item = 0; item < values[user].length; item++) {
        transposed[item][user] = values[user][item];
      }
    }
    return transposed;
  }

  static double product(double[] one, double[] other) {
    double product = 0;
    for (int at = 0; at < one.length; at++) {
      product += one[at] * other[at];
    }
    return product;
  }

  /** Packed factors by place. */
  static double[][] unpacked(FactorMatrix factors) {
    double[][] rows = new double[factors.rows()][factors.rank()];
    for (int row = 0; row < rows.length; row++) {
      for (int factor = 0; factor < factors.rank(); factor++) {
        rows[row][factor] = factors.values()[row * factors.rank() + factor];
      }
    }
    return rows;
  }
}
