package org.nightjar.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What the user may have meant. */
final class Suggestion {
  private static final int FEWEST_EDITS = 2;

  private Suggestion() {}

  /**
   * The candidate with the smallest edit distance, letters, '-' and '_' folded, if it is close: at
   * most 2 edits or a third of the word. Ties go to the first in text order.
   */
  static Optional<String> closest(String word, Collection<String> candidates) {
    int most = Math.max(FEWEST_EDITS, word.length() / 3);
    LevenshteinDistance distance = new LevenshteinDistance(most);
    return candidates.stream()
        .filter(c -> edits(distance, word, c) >= 0)
        .filter(c -> edits(distance, word, c) < Math.max(c.length(), word.length()))
        .min(
            Comparator.<String>comparingInt(c -> edits(distance, word, c))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code "; did you mean 'rank'?"}, or else {@code "; known are rank, alpha"}. */
  static String hint(String word, Collection<String> candidates) {
    return closest(word, candidates)
        .map(c -> "; did you mean '" + c + "'?")
        .orElse(
            candidates.isEmpty()
                ? "; there are none"
                : "; known are " + String.join(", ", candidates));
  }

  private static int edits(LevenshteinDistance distance, String one, String other) {
    return distance.apply(folded(one), folded(other));
  }

  private static String folded(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }
}
