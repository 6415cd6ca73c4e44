package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nightjar.config.Yaml.MINIMAL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.models.Als;
import org.nightjar.models.Strength;

class WrittenConfigurationTest {
  private static final String TEXT =
      MINIMAL.replace("rank:\n", "rank:\n  listLength: ${N:-7}\n  candidatesPerModel: 1_00\n")
          + """
          seed:           # the default
          clean:
            nonProducts: ['007', "null", 'true', '1.50', 1.5, "a: b"]
            unparsable: null
          spark: {spark.password: "${PASSWORD}", spark.a: '0.00001', spark.b: ''}
          """;

  @TempDir private Path folder;

  @Test
  void isReadBackAsItIsWithoutTheEnvironment() {
    WrittenConfiguration written = written(TEXT);
    String yaml = written.yaml();

    assertThat(written(yaml).configuration()).isEqualTo(written.configuration());
    assertThat(yaml)
        .contains("${PASSWORD}", "listLength: \"${N:-7}\"", "- 1.5\n")
        .doesNotContain("hush")
        .doesNotContain("seed", "the default");
    assertThat(written.configuration().spark()).containsEntry("spark.password", "hush");
  }

  @Test
  void takesSettingsOfAModelAsTheyAre() throws IOException {
    WrittenConfiguration changed =
        written(TEXT.replace("models:\n", "models:\n  a.b-c: {type: als, rank: 8}\n"))
            .with("a.b-c", Map.of("rank", 64, "regularisation", 1.25E-4, "strength", "log"));
    Als als = (Als) changed.configuration().models().get("a.b-c");

    assertThat(als.rank()).isEqualTo(64);
    assertThat(als.regularisation()).isEqualTo(1.25E-4);
    assertThat(als.strength()).isEqualTo(Strength.LOG);

    Path file = folder.resolve("deep/tuned.yaml");
    changed.write(file.toString(), "better");
    assertThat(Files.readString(file)).startsWith("# better\nname: ").contains("rank: 64\n");
    assertThat(written(Files.readString(file)).configuration()).isEqualTo(changed.configuration());
  }

  @Test
  void refusesWhatTheLoaderRefuses() {
    WrittenConfiguration written = written(TEXT);

    assertThatThrownBy(() -> written.with(List.of("rank.listLength=0", "nme=x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("listLength")
        .hasMessageContaining("nme");
    assertThat(written.with(List.of("rank.listLength=3")).configuration().rank().listLength())
        .isEqualTo(3);
  }

  private static WrittenConfiguration written(String text) {
    return WrittenConfiguration.of(text, "night.yaml", List.of(), Map.of("PASSWORD", "hush")::get);
  }
}
