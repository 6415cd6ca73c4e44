package org.nightjar.evaluate;

import java.util.Locale;

/**
 * Accuracy of one user's list, cut at k. With h<sub>j</sub> = 1 where the j-th item is in the
 * user's truth T and n = Σ<sub>j≤k</sub> h<sub>j</sub>; a list shorter than k counts as one whose
 * missing places are no hits. Each figure is from 0 to 1 and is averaged over the users with truth.
 */
public enum Metric {
  /** P@k = n / k, for short lists too. */
  PRECISION {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      return (double) hitCount(k, hits) / k;
    }
  },

  /** R@k = n / |T|. */
  RECALL {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      return (double) hitCount(k, hits) / truthSize;
    }
  },

  /** F1@k = 2 · P@k · R@k / (P@k + R@k), 0 without a hit; of each user, then averaged. */
  F1 {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      double precision = PRECISION.cut(k, hits, truthSize);
      double recall = RECALL.cut(k, hits, truthSize);
      return precision == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
  },

  /** AP@k = Σ<sub>j≤k</sub> h<sub>j</sub> · P@j / min(k, |T|); its mean over users is MAP@k. */
  MAP {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      int found = 0;
      double sum = 0;
      for (int j = 0; j < Math.min(k, hits.length); j++) {
        if (hits[j]) {
          found++;
          sum += (double) found / (j + 1);
        }
      }
      return sum / Math.min(k, truthSize);
    }
  },

  /**
   * NDCG@k = Σ<sub>j≤k</sub> h<sub>j</sub> / log₂(j + 1), over its greatest possible value
   * Σ<sub>j≤min(k,|T|)</sub> 1 / log₂(j + 1): binary gain.
   */
  NDCG {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      double gain = 0;
      for (int j = 0; j < Math.min(k, hits.length); j++) {
        if (hits[j]) {
          gain += discount(j);
        }
      }
      if (gain == 0) {
        return 0;
      }
      double ideal = 0;
      for (int j = 0; j < Math.min(k, truthSize); j++) {
        ideal += discount(j);
      }
      return gain / ideal;
    }
  },

  /** RR@k = 1 / place of the first hit, 0 without one; its mean over users is MRR@k. */
  MRR {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      for (int j = 0; j < Math.min(k, hits.length); j++) {
        if (hits[j]) {
          return 1.0 / (j + 1);
        }
      }
      return 0;
    }
  },

  /** HR@k = 1 with a hit, else 0; its mean is the share of users with a hit. */
  HIT_RATE {
    @Override
    double cut(int k, boolean[] hits, int truthSize) {
      return hitCount(k, hits) > 0 ? 1 : 0;
    }
  };

  private static final double[] DISCOUNTS = discounts(1024);

  abstract double cut(int k, boolean[] hits, int truthSize);

  /**
   * The figure of one user.
   *
   * @param k length at which the list is cut, at least 1
   * @param hits whether each item of the list, best first, is in the truth; any length
   * @param truthSize number of distinct truth items, at least 1
   * @throws IllegalArgumentException for k or truthSize below 1
   */
  public double at(int k, boolean[] hits, int truthSize) {
    if (k < 1 || truthSize < 1) {
      throw new IllegalArgumentException(
          "k is " + k + " and truthSize is " + truthSize + " but both must be >= 1");
    }
    return cut(k, hits, truthSize);
  }

  /** The name in tables, such as {@code hit_rate}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static int hitCount(int k, boolean[] hits) {
    int found = 0;
    for (int j = 0; j < Math.min(k, hits.length); j++) {
      found += hits[j] ? 1 : 0;
    }
    return found;
  }

  private static double discount(int j) {
    return j < DISCOUNTS.length ? DISCOUNTS[j] : Math.log(2) / Math.log(j + 2.0);
  }

  private static double[] discounts(int length) {
    double[] discounts = new double[length];
    for (int j = 0; j < length; j++) {
      discounts[j] = Math.log(2) / Math.log(j + 2.0);
    }
    return discounts;
  }
}
