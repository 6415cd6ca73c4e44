package org.nightjar.evaluate;

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

  /** The name in tables, such as {@code catalogue_coverage}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
