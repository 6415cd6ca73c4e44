package org.nightjar.ingest;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * Numbers as people and spreadsheets write them: with a currency, grouped digits, a decimal comma,
 * a sign before, behind or as brackets. A text is read only where it can mean one number: {@code
 * 1,234} may be 1234 or 1.234 and is not, unless the decimal separator is given.
 */
final class MoneyText {
  private static final int MAX_CHARS = 60;
  private static final String SPACES = "[ \u00a0\u2007\u2009\u202f]";

  /**
   * Symbols but that of cents, the codes of ISO 4217 that shops use most, and some countries'
   * abbreviations.
   */
  private static final String CURRENCY =
      "(?:(?:US|AU|CA|NZ|HK|MX|A|C|R|S)?\\$|[\\p{Sc}&&[^\u00a2]]|AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK"
          + "|EGP|EUR|GBP|HKD|HRK|HUF|IDR|ILS|INR|ISK|JPY|KES|KRW|MAD|MXN|MYR|NGN|NOK|NZD|PEN|PHP"
          + "|PKR|PLN|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
          + "|kr\\.?|z\u0142|K\u010d|Ft|Fr\\.?|Rs\\.?|lei)";

  /** Sign and currency in either order, digits, no decimals (12,-), currency or sign behind. */
  private static final Pattern PARTS =
      Pattern.compile(
          "(?<sign>[-+])? ?(?<before>"
              + CURRENCY
              + ")? ?(?<inner>[-+])?(?<digits>[0-9.,' ]*[0-9.,])(?<dash>-)? ?(?<behind>"
              + CURRENCY
              + ")?(?<last>-)?");

  private static final Pattern BRACKETS = Pattern.compile("\\((.*)\\)");
  private static final Pattern AMBIGUOUS = Pattern.compile("[1-9][0-9]{0,2}[.,][0-9]{3}");
  private static final Pattern WHOLE = Pattern.compile("[0-9]+");
  private static final Pattern DECIMALS = Pattern.compile("[0-9]*[.,][0-9]+|[0-9]+[.,]");
  private static final Pattern GROUPED =
      Pattern.compile("[1-9][0-9]{0,2}(?<group>[., '])[0-9]{3}(\\k<group>[0-9]{3})*([.,][0-9]+)?");
  private static final Pattern INDIAN =
      Pattern.compile("[1-9][0-9]?(,[0-9]{2})+,[0-9]{3}([.][0-9]+)?");

  private MoneyText() {}

  /**
   * The number that a text means, double; null where it means none or may mean several.
   *
   * @param decimal {@code .} or {@code ,}; null when the mapping gives none
   */
  static Column number(Column text, String decimal) {
    UDF2<String, String, Double> parse = MoneyText::parse;
    return udf(parse, DataTypes.DoubleType).apply(text, lit(decimal).cast(DataTypes.StringType));
  }

  /** See {@link #number}. */
  static Double parse(String text, String decimal) {
    if (text == null || text.length() > MAX_CHARS) {
      return null;
    }
    String tidy =
        text.replaceAll(SPACES, " ")
            .replace('\u2019', '\'')
            .replaceAll("[\u2212\u2013]", "-")
            .strip();
    Matcher brackets = BRACKETS.matcher(tidy);
    boolean inBrackets = brackets.matches();
    Matcher parts = PARTS.matcher(inBrackets ? brackets.group(1).strip() : tidy);
    if (!parts.matches() || (parts.group("before") != null && parts.group("behind") != null)) {
      return null;
    }
    String digits = parts.group("digits").strip();
    boolean minusBehind = parts.group("last") != null;
    if (parts.group("dash") != null) {
      if (digits.endsWith(",") || digits.endsWith(".")) {
        digits = digits.substring(0, digits.length() - 1); // 12,- has no decimals
        if (!WHOLE.matcher(digits).matches() && !GROUPED.matcher(digits).matches()) {
          return null;
        }
        digits = digits.replaceAll("[., ']", "");
      } else {
        minusBehind = true;
      }
    }
    String signs =
        (parts.group("sign") == null ? "" : parts.group("sign"))
            + (parts.group("inner") == null ? "" : parts.group("inner"))
            + (minusBehind ? "-" : "")
            + (inBrackets ? "-" : "");
    boolean currency = parts.group("before") != null || parts.group("behind") != null;
    String plain = signs.length() > 1 ? null : plain(digits, decimal, currency);
    if (plain == null) {
      return null;
    }
    double number = Double.parseDouble(plain);
    return signs.equals("-") ? -number : number;
  }

  /** The digits with a decimal point and nothing else, or null. */
  private static String plain(String digits, String decimal, boolean currency) {
    if (WHOLE.matcher(digits).matches()) {
      return digits;
    }
    if (DECIMALS.matcher(digits).matches()) {
      String separator = digits.contains(",") ? "," : ".";
      if (!AMBIGUOUS.matcher(digits).matches()) {
        return decimal == null || decimal.equals(separator) ? digits.replace(',', '.') : null;
      }
      if (decimal != null) {
        return decimal.equals(separator) ? digits.replace(',', '.') : digits.replace(separator, "");
      }
      // Without a currency a point is a decimal point, as programs write it.
      return separator.equals(".") && !currency ? digits : null;
    }
    if (INDIAN.matcher(digits).matches()) {
      return ",".equals(decimal) ? null : digits.replace(",", "");
    }
    Matcher grouped = GROUPED.matcher(digits);
    if (!grouped.matches()) {
      return null;
    }
    String group = grouped.group("group");
    String fraction = grouped.group(3) == null ? "" : grouped.group(3);
    if (group.equals(decimal)
        || fraction.startsWith(group)
        || (decimal != null && !fraction.isEmpty() && !fraction.startsWith(decimal))) {
      return null;
    }
    String whole = digits.substring(0, digits.length() - fraction.length()).replace(group, "");
    return whole + fraction.replace(',', '.');
  }
}
