package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedConfigurationsTest {
  private static final Path CONF = Path.of(System.getProperty("nightjar.root", ".."), "conf");

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(CONF)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void loadsAndRendersAndSaysHowToRun(Path file) throws IOException {
    Map<String, String> environment =
        Map.of("ONLINE_RETAIL", "/data/r.csv.gz", "MOVIELENS_1M", "/data/ml");
    Configuration configuration = ConfigurationLoader.load(file, List.of(), environment::get);

    assertThat(configuration.output().path()).startsWith("out/");
    assertThat(
            ConfigurationLoader.load(
                ConfigurationLoader.render(configuration), "rendered", List.of(), n -> null))
        .isEqualTo(configuration);
    assertThat(Files.readString(file)).startsWith("# ").contains("scripts/nightjar run");
  }
}
