package org.nightjar.evaluate;

import java.util.Locale;

/**
 * What one user's list shows besides hits, over its first k places or as many as there are; 0 for
 * an empty list. Averaged over the users with truth, as {@link Metric} is.
 */
public enum ListMetric {
  /**
   * Share of the pairs of items that are of different categories, 0 to 1; items without a category
   * differ from all. Intra-list diversity (Ziegler et al. 2005) with the distance 1 between
   * categories; 0 for a single item.
   */
  INTRA_LIST_DIVERSITY {
    @Override
    double of(int[] shown, boolean[] hits, HeldOutUser user, Catalogue catalogue) {
      int different = 0;
      for (int i = 0; i < shown.length; i++) {
        for (int j = 0; j < i; j++) {
          different += catalogue.sameCategory(shown[i], shown[j]) ? 0 : 1;
        }
      }
      int pairs = shown.length * (shown.length - 1) / 2;
      return pairs == 0 ? 0 : (double) different / pairs;
    }
  },

  /**
   * 1 − the mean popularity, which is the share of training users who had the item: expected
   * popularity complement (Vargas and Castells 2011), 0 to 1.
   */
  NOVELTY {
    @Override
    double of(int[] shown, boolean[] hits, HeldOutUser user, Catalogue catalogue) {
      return 1 - meanPopularity(shown, catalogue);
    }
  },

  /** Share of the items outside the fewest that make up 80 % of what was bought, 0 to 1. */
  LONG_TAIL_SHARE {
    @Override
    double of(int[] shown, boolean[] hits, HeldOutUser user, Catalogue catalogue) {
      int tail = 0;
      for (int item : shown) {
        tail += catalogue.inHead(item) ? 0 : 1;
      }
      return (double) tail / shown.length;
    }
  },

  /**
   * Mean popularity of the items shown less that of the items that the user had, −1 to 1: above 0
   * the list leans to popular items more than the user does. 0 for users without history.
   */
  POPULARITY_LIFT {
    @Override
    double of(int[] shown, boolean[] hits, HeldOutUser user, Catalogue catalogue) {
      return Double.isNaN(user.usualPopularity)
          ? 0
          : meanPopularity(shown, catalogue) - user.usualPopularity;
    }
  },

  /**
   * Hits that a list of the k most popular items would not have, over the places, 0 to 1: relevant
   * and unexpected (Ge, Delgado-Battenfeld and Jannach 2010).
   */
  SERENDIPITY {
    @Override
    double of(int[] shown, boolean[] hits, HeldOutUser user, Catalogue catalogue) {
      int unexpected = 0;
      for (int j = 0; j < shown.length; j++) {
        unexpected += hits[j] && catalogue.place(shown[j]) >= shown.length ? 1 : 0;
      }
      return (double) unexpected / shown.length;
    }
  };

  /**
   * @param shown at least one item
   * @param hits whether each is in the truth; may be longer
   */
  abstract double of(int[] shown, boolean[] hits, HeldOutUser user, Catalogue catalogue);

  /** The name in tables, such as {@code long_tail_share}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double meanPopularity(int[] shown, Catalogue catalogue) {
    double sum = 0;
    for (int item : shown) {
      sum += catalogue.popularity(item);
    }
    return sum / shown.length;
  }
}
