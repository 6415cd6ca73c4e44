package org.nightjar.report;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;
import org.nightjar.report.ReportData.Because;

/** Explanations in words; the texts stand in {@code sentences*.properties}. */
public final class Sentences {
  /** What there are texts in. */
  public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

  private static final String HAD = "had";
  private static final String PROFILE = "profile";
  private static final String EVERYBODY = "everybody";

  private final Locale language;
  private final ResourceBundle texts;

  private Sentences(Locale language) {
    this.language = language;
    this.texts =
        ResourceBundle.getBundle(
            Sentences.class.getPackageName() + ".sentences",
            language,
            Sentences.class.getClassLoader(),
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }

  /** In one of {@link #LANGUAGES}; anything else is English. */
  public static Sentences in(Locale language) {
    return new Sentences(language);
  }

  /**
   * Why an item is there: what speaks for it most, with its share of the score where shares make
   * sense. What speaks against it is left out.
   *
   * @param score of which these are parts
   * @param parts largest first
   * @return empty without any that speaks for the item
   */
  public String of(double score, List<Because> parts) {
    List<Because> speaking = parts.stream().filter(part -> part.value() > 0).toList();
    if (speaking.stream().anyMatch(Because::itself)) {
      return text("itself");
    }
    List<Because> had = speaking.stream().filter(part -> part.kind().equals(HAD)).toList();
    if (!had.isEmpty()) {
      return text(
          HAD + "." + had.size(),
          had.stream().map(part -> part.what() + share(part.value(), score)).toArray());
    }
    List<Because> profile = speaking.stream().filter(p -> p.kind().equals(PROFILE)).toList();
    if (!profile.isEmpty()) {
      return text(
          PROFILE,
          profile.stream()
              .map(part -> part.what().replaceFirst("=", " ").replace('_', ' '))
              .collect(Collectors.joining(", ")));
    }
    return parts.stream().anyMatch(part -> part.kind().equals(EVERYBODY)) ? text(EVERYBODY) : "";
  }

  private static String share(double value, double score) {
    return score > 0 && value <= score
        ? String.format(Locale.ROOT, " (%.0f\u00a0%%)", 100 * value / score)
        : "";
  }

  private String text(String key, Object... values) {
    return new MessageFormat(texts.getString(key), language).format(values);
  }
}
