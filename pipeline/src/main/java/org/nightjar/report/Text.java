package org.nightjar.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Figures, times and foreign texts as people read them. */
final class Text {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int REPLACEMENT = 0xFFFD;

  private Text() {}

  /** {@code 1,234,567}. */
  static String count(long rows) {
    return String.format(Locale.ROOT, "%,d", rows);
  }

  /** {@code 0.1234}. */
  static String metric(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** {@code 0.0100–0.0300}, or nothing when there is no interval. */
  static String interval(Double low, Double high) {
    return low == null || high == null ? "" : metric(low) + "–" + metric(high);
  }

  /** {@code 12.3 %}; nothing of nothing is 0. */
  static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
  }

  /** {@code 12.3 %} of a share from 0 to 1; a share that is not 0 is not shown as 0. */
  static String percent(double share) {
    if (share != 0 && Math.abs(share) < 0.0005) {
      return "< 0.1 %";
    }
    return String.format(Locale.ROOT, "%.1f %%", Double.isFinite(share) ? 100 * share : 0);
  }

  /** A number with so many decimals. */
  static String decimals(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** {@code +0.0123}, {@code −0.0123}. */
  static String signed(double value) {
    String size = metric(Math.abs(value));
    return (value < 0 ? "−" : "+") + size;
  }

  /** {@code +12}, {@code −3}, {@code 0}. */
  static String change(long difference) {
    return difference < 0
        ? "−" + count(-difference)
        : difference > 0 ? "+" + count(difference) : "0";
  }

  /** {@code 850 ms}, {@code 12.3 s}, {@code 4 min 05 s}, {@code 1 h 02 min}. */
  static String duration(double seconds) {
    if (seconds < 1) {
      return Math.round(seconds * 1000) + " ms";
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** {@code 2017-12-01 02:00 UTC}. */
  static String time(Instant at) {
    return MINUTE.format(at) + " UTC";
  }

  /**
   * A foreign text in one piece that can do no harm: control characters, line breaks, direction
   * overrides and lone surrogates become marks or spaces, and what is longer than {@code most} code
   * points ends in an ellipsis.
   */
  static String tame(String text, int most) {
    StringBuilder tame = new StringBuilder();
    int[] points = (text == null ? "" : text).codePoints().limit(most + 1L).toArray();
    for (int i = 0; i < Math.min(points.length, most); i++) {
      tame.appendCodePoint(tame(points[i]));
    }
    return points.length > most ? tame.append('…').toString() : tame.toString();
  }

  private static int tame(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL -> Character.isWhitespace(point) ? ' ' : REPLACEMENT;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
      case Character.SURROGATE -> REPLACEMENT;
      // Joiners and variation selectors belong to emoji and scripts; overrides turn lines around.
      case Character.FORMAT -> isDirectionControl(point) ? REPLACEMENT : point;
      default -> point;
    };
  }

  private static boolean isDirectionControl(int point) {
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  }
}
