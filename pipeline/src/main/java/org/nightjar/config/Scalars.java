package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Scalars: texts read as the type that the component wants. */
final class Scalars {
  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d[\\d_]{0,30}");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d[\\d_]*\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  /** How a type reads a text, what it is called in the reference and in messages, and a value. */
  private record Reading(
      Function<String, Object> read, String kind, String expected, Object neutral) {}

  private static final Reading INT =
      new Reading(
          Scalars::intOf, "whole number", "a whole number from -2147483648 to 2147483647", 0);
  private static final Reading LONG =
      new Reading(Scalars::longOf, "whole number", "a whole number", 0L);
  private static final Reading DOUBLE = new Reading(Scalars::doubleOf, "number", "a number", 0.0);
  private static final Reading BOOLEAN =
      new Reading(Scalars::booleanOf, "`true` or `false`", "true or false", false);
  private static final Map<Class<?>, Reading> READINGS =
      Map.of(
          String.class, new Reading(text -> text, "text", "text", "x"),
          int.class, INT,
          Integer.class, INT,
          long.class, LONG,
          Long.class, LONG,
          double.class, DOUBLE,
          Double.class, DOUBLE,
          boolean.class, BOOLEAN,
          Boolean.class, BOOLEAN);

  private Scalars() {}

  /** The value, or empty if the node is none of this type. */
  static Optional<Object> parse(Class<?> type, JsonNode node) {
    String text = node.isNull() ? "null" : node.textValue();
    if (text == null) {
      return Optional.empty();
    }
    if (type.isEnum()) {
      int ordinal = KebabCase.namesOf(type).indexOf(text);
      return ordinal < 0 ? Optional.empty() : Optional.of(type.getEnumConstants()[ordinal]);
    }
    return Optional.ofNullable(reading(type).read().apply(text));
  }

  /** What a value of this type must be, for a message about the node, which is none. */
  static String expected(Class<?> type, JsonNode node) {
    if (!type.isEnum()) {
      return reading(type).expected();
    }
    List<String> names = KebabCase.namesOf(type);
    return "one of "
        + String.join(", ", names)
        + Suggestion.closest(node.asText(), names)
            .map(name -> "; did you mean '" + name + "'?")
            .orElse("");
  }

  /** What the reference calls this type. */
  static String kind(Class<?> type) {
    return reading(type).kind();
  }

  /** Some value of this type. */
  static Object neutral(Class<?> type) {
    return type.isEnum() ? type.getEnumConstants()[0] : reading(type).neutral();
  }

  private static Reading reading(Class<?> type) {
    Reading reading = READINGS.get(type);
    if (reading == null) {
      throw new IllegalStateException("No configuration key can be a " + type.getName());
    }
    return reading;
  }

  private static Object intOf(String text) {
    return whole(text)
        .filter(n -> n.bitLength() < Integer.SIZE)
        .map(BigInteger::intValue)
        .orElse(null);
  }

  private static Object longOf(String text) {
    return whole(text)
        .filter(n -> n.bitLength() < Long.SIZE)
        .map(BigInteger::longValue)
        .orElse(null);
  }

  private static Optional<BigInteger> whole(String text) {
    return WHOLE.matcher(text).matches()
        ? Optional.of(new BigInteger(text.replace("_", "").replace("+", "")))
        : Optional.empty();
  }

  private static Object doubleOf(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return null;
    }
    double number = Double.parseDouble(text.replace("_", ""));
    return Double.isFinite(number) ? number : null;
  }

  private static Object booleanOf(String text) {
    return switch (text) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> null;
    };
  }
}
