package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.config.Yaml.MINIMAL;
import static org.nightjar.config.Yaml.problems;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentReferencesTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DATA", "/data", "N", "7", "EMPTY", "", "ODD", "a: [b\\$1 ${N}");

  private static Configuration minimal(String... overrides) {
    return ConfigurationLoader.load(MINIMAL, "test.yaml", List.of(overrides), ENVIRONMENT::get);
  }

  private static String pathOf(String text) {
    return minimal("sources.users.path='" + text + "'").sources().users().path().get(0);
  }

  @Test
  void referencesBecomeTheVariablesValue() {
    assertThat(pathOf("${DATA}/in/${N}")).isEqualTo("/data/in/7");
    assertThat(pathOf("${ODD}")).isEqualTo("a: [b\\$1 ${N}");
    assertThat(minimal("seed=${N}").seed()).isEqualTo(7);
    assertThat(minimal("evaluation.ks=[1, \"${N}\"]").evaluation().ks()).containsExactly(1, 7);
  }

  @Test
  void defaultsStandInForUnsetAndEmptyVariables() {
    assertThat(pathOf("${ABSENT:-.}/x")).isEqualTo("./x");
    assertThat(pathOf("${EMPTY:-d}")).isEqualTo("d");
    assertThat(pathOf("${DATA:-d}")).isEqualTo("/data");
    assertThat(pathOf("${ABSENT:-}x${EMPTY}")).isEqualTo("x");
    assertThat(minimal("seed=${ABSENT:-}").seed()).isEqualTo(42);
  }

  @Test
  void aDoubledDollarIsLiteral() {
    assertThat(pathOf("$${DATA}")).isEqualTo("${DATA}");
    assertThat(pathOf("a$b$")).isEqualTo("a$b$");
    assertThat(pathOf("$${x")).isEqualTo("${x");
  }

  @Test
  void missingVariablesAreProblemsAtTheirPlace() {
    assertThat(
            problems(
                MINIMAL,
                List.of(
                    "seed=${SEED}",
                    "output.path=${OUT}/${OUT2}",
                    "sources.users.path=${USERS}",
                    "cutoff=${not closed",
                    "name=${a b}"),
                Map.of()))
        .containsExactly(
            "name holds '${a b}', which is not a valid ${NAME} or ${NAME:-default}; write $${ for"
                + " a literal ${",
            "sources.users.path needs the environment variable USERS, which is not set; set it, or"
                + " give a default: ${USERS:-default}",
            "output.path needs the environment variable OUT, which is not set; set it, or give a"
                + " default: ${OUT:-default}",
            "output.path needs the environment variable OUT2, which is not set; set it, or give a"
                + " default: ${OUT2:-default}",
            "seed needs the environment variable SEED, which is not set; set it, or give a default:"
                + " ${SEED:-default}",
            "cutoff holds '${not closed', which is not a valid ${NAME} or ${NAME:-default}; write $${"
                + " for a literal ${");
  }

  @Test
  void anOverrideReplacesAMissingReference() {
    String text = MINIMAL.replace("path: users.csv", "path: ${ABSENT}");

    assertThat(problems(text, List.of("sources.users.path=u.csv"), Map.of())).isEmpty();
  }
}
