package org.nightjar;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;

import java.time.Instant;
import org.apache.spark.sql.Column;

/**
 * Microseconds and days between instants. The one place that computes them, because both ways that
 * offer themselves overflow: {@code ChronoUnit.MICROS.between} goes by way of nanoseconds on Java
 * 17 and throws from the year 2262 on, and subtracting two longs throws under Spark's ANSI mode.
 */
public final class Elapsed {
  private static final long MICROS_PER_SECOND = 1_000_000L;
  private static final long NANOS_PER_MICRO = 1_000L;
  private static final double MICROS_PER_DAY = 86_400_000_000.0;

  private Elapsed() {}

  /** Microseconds from 1970-01-01T00:00Z; the nearest long for instants beyond its range. */
  public static long micros(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
          instant.getNano() / NANOS_PER_MICRO);
    } catch (ArithmeticException e) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /**
   * Days from a time to an instant, double, negative for later times; null stays null. Exact to the
   * microsecond for times from 1685 to 2255, and never an overflow.
   */
  public static Column days(Column from, Instant to) {
    return days(from, lit((double) micros(to)));
  }

  /** The same to a time of the row; null where that is. */
  public static Column daysBetween(Column from, Column to) {
    return days(from, unix_micros(to).cast("double"));
  }

  private static Column days(Column from, Column toMicros) {
    return toMicros.minus(unix_micros(from).cast("double")).divide(lit(MICROS_PER_DAY));
  }
}
