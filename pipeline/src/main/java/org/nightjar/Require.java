package org.nightjar;

import java.util.Locale;

/** Checks on values that come from the user. */
public final class Require {
  private Require() {}

  /**
   * Throws an {@link InputException} unless the condition holds.
   *
   * @param message a {@link String#format} pattern such as {@code "rank is %s but must be > 0"}
   */
  public static void that(boolean condition, String message, Object... values) {
    if (!condition) {
      throw new InputException(String.format(Locale.ROOT, message, values));
    }
  }
}
