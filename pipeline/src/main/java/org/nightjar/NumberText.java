package org.nightjar;

import java.util.Locale;

/** Numbers as people read them. */
public final class NumberText {
  private NumberText() {}

  /** As short as can be, four significant digits, thousands grouped. */
  public static String of(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1e9 || size < 1e-3) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
