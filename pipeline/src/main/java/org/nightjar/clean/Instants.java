package org.nightjar.clean;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Instants as people write them in a configuration. */
final class Instants {
  private static final List<Function<String, Instant>> FORMS =
      List.of(
          Instant::parse,
          text -> OffsetDateTime.parse(text).toInstant(),
          text -> LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC),
          text -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());

  private Instants() {}

  /**
   * An ISO-8601 instant, date and time, or date, UTC unless it says otherwise; empty if neither.
   */
  static Optional<Instant> parse(String text) {
    if (text == null) {
      return Optional.empty();
    }
    for (Function<String, Instant> form : FORMS) {
      try {
        return Optional.of(form.apply(text.strip()));
      } catch (DateTimeException e) {
        // The next form may fit.
      }
    }
    return Optional.empty();
  }
}
