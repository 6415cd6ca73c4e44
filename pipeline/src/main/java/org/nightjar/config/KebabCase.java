package org.nightjar.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Names of enum constants as they stand in YAML: {@code COOL_DOWN} is {@code cool-down}. */
final class KebabCase {
  private KebabCase() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names of all constants, in their order. */
  static List<String> namesOf(Class<?> enumType) {
    return Arrays.stream(enumType.getEnumConstants()).map(c -> of((Enum<?>) c)).toList();
  }
}
