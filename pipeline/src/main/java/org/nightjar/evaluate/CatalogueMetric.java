package org.nightjar.evaluate;

import java.util.Arrays;
import java.util.Locale;

/** How much of the catalogue the lists of a segment's users show. No means, hence no interval. */
public enum CatalogueMetric {
  /** Distinct items in the first k places of the lists of users with truth. */
  COVERAGE {
    @Override
    public double of(long distinctItems, long catalogueItems) {
      return distinctItems;
    }
  },

  /** {@link #COVERAGE} over the number of items in the catalogue, 0 to 1; 0 for an empty one. */
  CATALOGUE_COVERAGE {
    @Override
    public double of(long distinctItems, long catalogueItems) {
      return catalogueItems == 0 ? 0 : (double) distinctItems / catalogueItems;
    }
  };

  /**
   * The figure.
   *
   * @param distinctItems number of different items shown
   * @param catalogueItems number of items that exist
   */
  public abstract double of(long distinctItems, long catalogueItems);

  /** The metric of {@link #gini}, of all users and the longest k. */
  static final String GINI = "gini";

  /**
   * How unevenly the places are spread over the catalogue: Σ_i (2i − n − 1) · x_i / (n · Σ x) with
   * x ascending, i from 1; 0: every item is shown as often, near 1: one item has all places. 0
   * without places.
   *
   * @param exposures how often each item of the catalogue is shown
   */
  static double gini(long[] exposures) {
    long[] ascending = exposures.clone();
    Arrays.sort(ascending);
    double weighted = 0;
    double sum = 0;
    for (int at = 0; at < ascending.length; at++) {
      weighted += (2.0 * at + 1 - ascending.length) * ascending[at];
      sum += ascending[at];
    }
    return sum == 0 ? 0 : weighted / (ascending.length * sum);
  }

  /** The name in tables, such as {@code catalogue_coverage}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
