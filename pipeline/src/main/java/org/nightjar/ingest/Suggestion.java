package org.nightjar.ingest;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** The name that was probably meant. */
final class Suggestion {
  private static final double LEAST_SIMILARITY = 0.75;

  private Suggestion() {}

  /** The most similar of the names, if any is similar enough; ties by name. */
  static Optional<String> of(String wrong, Collection<String> names) {
    JaroWinklerSimilarity similarity = new JaroWinklerSimilarity();
    String folded = wrong.toLowerCase(Locale.ROOT);
    return names.stream()
        .filter(n -> similarity.apply(folded, n.toLowerCase(Locale.ROOT)) >= LEAST_SIMILARITY)
        .min(
            Comparator.comparingDouble(
                    (String n) -> -similarity.apply(folded, n.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }
}
