package org.nightjar.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '"',
      value = {
        "$1,234.50 | 1234.5",
        "1.234,50 \u20ac | 1234.5",
        "1 234,50 | 1234.5",
        "1\u00a0234,50\u00a0\u20ac | 1234.5",
        "1\u202f234\u202f567,8 | 1234567.8",
        "\u00a312 | 12",
        "CHF 1'234.50 | 1234.5",
        "1\u2019234.50 CHF | 1234.5",
        "1,234,567 | 1234567",
        "1.234.567 | 1234567",
        "12,34,567.00 | 1234567",
        "12,50 | 12.5",
        "12,5000 | 12.5",
        "0,500 | 0.5",
        "1234,567 | 1234.567",
        "1,234.5 | 1234.5",
        "US$ 5 | 5",
        "R$ 1.234,56 | 1234.56",
        "kr 99 | 99",
        "99 kr. | 99",
        "12,- | 12",
        "12.\u2013 | 12",
        "1.299,- \u20ac | 1299",
        "-$12 | -12",
        "$-12 | -12",
        "\u221212,50 \u20ac | -12.5",
        "12.00- | -12",
        "(12.00) | -12",
        "($1,234.50) | -1234.5",
        ".5 \u20ac | 0.5",
      })
  void readsWhatMeansOneNumber(String text, double number) {
    assertThat(MoneyText.parse(text, null)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "99\u00a2",
        "1,234",
        "$1.234",
        "1.234 \u20ac",
        "-1,234",
        "",
        "$",
        ",",
        ".",
        "D",
        "12 pcs",
        "3-4",
        "1,23,4",
        "1,2345,678",
        "1,234,56",
        "1.234.56",
        "1,234.567.8",
        "$12\u20ac",
        "--5",
        "(-5)",
        "NaN",
        "Infinity",
        "0x10",
        "1e5",
        "2024-01-02",
        "12:30",
        "50%",
        "1 23"
      })
  void leavesWhatMeansNoneOrSeveral(String text) {
    assertThat(MoneyText.parse(text, null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,234 | . | 1234",
        "1,234 | , | 1.234",
        "1.234 | , | 1234",
        "1.234 | . | 1.234",
        "1.234 \u20ac | , | 1234",
        "12,5 | , | 12.5",
        "7 | , | 7",
        "1.234,5 | , | 1234.5",
        "1 234 | , | 1234"
      })
  void followsTheSeparatorOfTheMapping(String text, String decimal, double number) {
    assertThat(MoneyText.parse(text, decimal)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"12.50 | ,", "1,234.50 | ,", "12,50 | .", "1.234,50 | ."})
  void refusesTheOtherSeparator(String text, String decimal) {
    assertThat(MoneyText.parse(text, decimal)).isNull();
  }
}
