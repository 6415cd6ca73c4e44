package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds docs/CONFIGURATION.md to the code; with -Dnightjar.docs.write=true it writes the file. */
class ConfigurationReferenceTest {

  @Test
  void thePageIsUpToDate() throws Exception {
    Path page = Path.of(System.getProperty("nightjar.root", ".."), "docs", "CONFIGURATION.md");
    String expected = ConfigurationReference.markdown();
    if (Boolean.getBoolean("nightjar.docs.write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, expected);
    }
    assertThat(Files.exists(page) ? Files.readString(page) : "")
        .as(
            "docs/CONFIGURATION.md is not what the records say. Write it anew with: ./mvnw -pl"
                + " pipeline test -Dtest=ConfigurationReferenceTest -Dnightjar.docs.write=true")
        .isEqualTo(expected);
  }

  @Test
  void everyKeyIsExplained() {
    assertThat(ConfigurationReference.markdown())
        .contains("| `halfLifeDays` | number | `28` |")
        .contains("one of `allow`, `exclude`, `cool-down`")
        .contains("[source](#source)")
        .contains("`sources.events.<n>.columns.<name>`");
  }
}
