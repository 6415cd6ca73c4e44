package org.nightjar.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Units of times that are written as a number since 1970-01-01T00:00Z, as values of `format`. */
public enum EpochUnit {
  SECONDS(1e6),
  MILLIS(1e3),
  MICROS(1),
  NANOS(1e-3);

  /** 1973-03-03 and 2100-01-01, in seconds. Numbers below may be anything. */
  private static final double FIRST_SECOND = 1e8;

  private static final double LAST_SECOND = 4_102_444_800.0;

  private final double micros;

  EpochUnit(double micros) {
    this.micros = micros;
  }

  /** How many microseconds one of it has. */
  public double micros() {
    return micros;
  }

  /** The value of {@code format} that stands for it, such as {@code epoch-millis}. */
  public String format() {
    return "epoch-" + KebabCase.of(this);
  }

  /** In words: {@code milliseconds since 1970}. */
  public String noun() {
    return switch (this) {
          case SECONDS -> "seconds";
          case MILLIS -> "milliseconds";
          case MICROS -> "microseconds";
          case NANOS -> "nanoseconds";
        }
        + " since 1970";
  }

  /** The values of {@code format} that stand for a unit. */
  public static List<String> formats() {
    return Arrays.stream(values()).map(EpochUnit::format).toList();
  }

  /** The unit that a {@code format} stands for; empty for a datetime pattern or null. */
  public static Optional<EpochUnit> of(String format) {
    return Arrays.stream(values()).filter(unit -> unit.format().equals(format)).findFirst();
  }

  /**
   * The unit in which a text is a time from 1973 to 2099, or empty when it is no whole number or no
   * unit fits. At most one does: they are a thousandfold apart, and the span is a fortyfold.
   */
  public static Optional<EpochUnit> guess(String text) {
    if (text == null
        || !text.matches(
            "[0-9]{9,20}([.][0-9]*)?([eE][+]?[0-9]+)?|[0-9]([.][0-9]+)?[eE][+]?[0-9]+")) {
      return Optional.empty();
    }
    double number = Double.parseDouble(text);
    return Arrays.stream(values())
        .filter(unit -> number >= FIRST_SECOND * 1e6 / unit.micros)
        .filter(unit -> number < LAST_SECOND * 1e6 / unit.micros)
        .findFirst();
  }
}
