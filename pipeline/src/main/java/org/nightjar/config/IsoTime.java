package org.nightjar.config;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.nightjar.InputException;

/** Times in the configuration and on the command line: ISO-8601, UTC unless an offset is given. */
public final class IsoTime {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private IsoTime() {}

  /**
   * The instant that a text stands for: {@code 2017-12-01T02:00:00Z}, with an offset ({@code
   * +01:00}), without one (UTC), or a date alone (its start, UTC).
   *
   * @throws InputException if the text is none of these, or outside the years 1 to 9999
   */
  public static Instant parse(String text) {
    Instant instant = instant(text);
    if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
      throw new InputException(
          "'" + text + "' is outside the years 0001 to 9999; write it as 2017-12-01T02:00:00Z");
    }
    return instant;
  }

  private static Instant instant(String text) {
    try {
      if (!text.contains("T")) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return text.matches(".*T.*(Z|[-+]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new InputException(
          "'"
              + text
              + "' is no ISO-8601 instant or date; write it as 2017-12-01T02:00:00Z or 2017-12-01",
          e);
    }
  }
}
