package org.nightjar.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.nightjar.report.ReportData.Because;

class SentencesTest {
  private static final Sentences ENGLISH = Sentences.in(Locale.ENGLISH);

  @Test
  void whatSpeaksMostIsNamedWithItsShare() {
    List<Because> parts =
        List.of(
            new Because("had", "Milk {0}'s", 0.5, false),
            new Because("had", "Bread", -0.3, false),
            new Because("had", "Tea", 0.1, false));
    assertThat(ENGLISH.of(0.8, parts))
        .isEqualTo("Because you bought Milk {0}'s (63\u00a0%) and Tea (13\u00a0%)");
    assertThat(Sentences.in(Locale.GERMAN).of(0.8, parts))
        .isEqualTo("Weil Sie Milk {0}'s (63\u00a0%) und Tea (13\u00a0%) gekauft haben");
  }

  @Test
  void sharesOfAScoreThatOthersLowerAreNotSaid() {
    assertThat(ENGLISH.of(0.2, List.of(new Because("had", "Milk", 0.5, false))))
        .isEqualTo("Because you bought Milk");
  }

  @Test
  void repeatsProfilesAndEverybodyHaveTheirOwnWords() {
    assertThat(ENGLISH.of(2, List.of(new Because("had", "Milk", 2, true))))
        .isEqualTo("You bought this before");
    assertThat(
            ENGLISH.of(
                -3,
                List.of(
                    new Because("everybody", "", -4, false),
                    new Because("profile", "household_size=3", 1, false))))
        .isEqualTo("Popular with customers like you: household size 3");
    assertThat(ENGLISH.of(-4, List.of(new Because("everybody", "", -4, false))))
        .isEqualTo("Popular with many customers");
    assertThat(ENGLISH.of(0, List.of())).isEmpty();
  }

  @Test
  void everyLanguageHasEveryText() {
    for (Locale language : Sentences.LANGUAGES) {
      assertThat(ResourceBundle.getBundle("org.nightjar.report.sentences", language).keySet())
          .containsExactlyInAnyOrder("had.1", "had.2", "had.3", "itself", "profile", "everybody");
    }
    assertThat(Sentences.in(Locale.FRENCH).of(1, List.of(new Because("had", "A", 1, false))))
        .isEqualTo("Because you bought A (100\u00a0%)");
  }
}
