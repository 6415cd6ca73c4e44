package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.config.Yaml.MINIMAL;
import static org.nightjar.config.Yaml.load;
import static org.nightjar.config.Yaml.problemsOf;
import static org.nightjar.config.Yaml.problemsWith;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that users choose: one rule, told at start, all problems at once. */
class NamesTest {
  private static final String LONG =
      "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz";

  @ParameterizedTest
  @ValueSource(strings = {"als", "als-64", "als.v2", "2nd", "A_b", "x", "a..b", LONG + "12"})
  void names(String name) {
    assertThat(Names.isName(name)).isTrue();
    assertThat(load(model(name)).models()).containsOnlyKeys(name);
    assertThat(load(secondSource(name)).sources().events().get(1).name()).isEqualTo(name);
    assertThat(load(MINIMAL.replace("name: test", "name: '" + name + "'")).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "als[64]",
        "als*",
        "al?",
        "{als}",
        "als\\\\64",
        "../x",
        "..",
        ".",
        "a/b",
        "/a",
        "_x",
        ".x",
        "-x",
        "x.",
        "a b",
        "a,b",
        "a=b",
        "a:b",
        "a%2Fb",
        "a#b",
        "käufe",
        "a\\tb",
        "",
        LONG + "123"
      })
  void whatIsNone(String written) {
    String name = written.replace("\\t", "\t").replace("\\\\", "\\");

    assertThat(Names.isName(name)).isFalse();
    assertThat(problemsOf(model(written)))
        .anySatisfy(
            p -> assertThat(p).startsWith("models." + name + " is '" + name + "' but must"));
    assertThat(problemsOf(secondSource(written)))
        .anySatisfy(
            p -> assertThat(p).startsWith("sources.events.1.name is '" + name + "' but must"));
    assertThat(problemsOf(MINIMAL.replace("name: test", "name: \"" + written + "\"")))
        .anySatisfy(p -> assertThat(p).startsWith("name is '" + name + "' but must"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blend",
        "learned",
        "published",
        "Published",
        "without-profiles",
        "diversity-0.5",
        "diversity-x",
        "DIVERSITY-1.0"
      })
  void namesThatTheMetricsKeep(String name) {
    assertThat(problemsOf(model(name)))
        .contains(
            "models."
                + name
                + " is a name that the metrics keep for a way of ranking; name the model otherwise");
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "items", "requested", "denied", "consent", "test", "Denied"})
  void namesOfOtherTables(String name) {
    assertThat(problemsOf(secondSource(name)))
        .contains(
            "sources.events.1.name is '"
                + name
                + "', which is the name of another source; rename it");
  }

  @Test
  void namesThatDifferOnlyByCase() {
    assertThat(problemsWith("models.Popular.type=popularity"))
        .containsExactly("models.Popular differs from 'popular' only by case; rename one");
    assertThat(problemsOf(secondSource("Events")))
        .singleElement()
        .asString()
        .contains("events has two sources of the same name [events, Events]");
  }

  @Test
  void allAtOnce() {
    assertThat(
            problemsWith(
                "models.als[64].type=als",
                "models.blend.type=als",
                "userAttributes.größe.type=text",
                "sources.users.columns.größe=g",
                "sources.users.name=a/b",
                "output.path=out[1]"))
        .hasSize(5)
        .anySatisfy(p -> assertThat(p).startsWith("models.als[64] is"))
        .anySatisfy(p -> assertThat(p).startsWith("models.blend is a name"))
        .anySatisfy(p -> assertThat(p).startsWith("userAttributes.größe is not a valid name"))
        .anySatisfy(p -> assertThat(p).startsWith("sources.users.name is 'a/b' but must"))
        .anySatisfy(p -> assertThat(p).startsWith("output.path is 'out[1]', whose []"));
  }

  @ParameterizedTest
  @CsvSource({
    "output.path, /data/{a},       '{}'",
    "output.path, '/data/a*?',     '*?'",
    "output.trials, '/t/best[1]',  '[]'"
  })
  void ourPathsAreNotPatterns(String key, String path, String characters) {
    assertThat(problemsWith(key + "='" + path + "'"))
        .containsExactly(
            key
                + " is '"
                + path
                + "', whose "
                + characters
                + " would be read as a pattern for several paths; use another path");
  }

  @Test
  void ourPathsAreValid() {
    assertThat(problemsWith("output.path=out:1"))
        .singleElement()
        .asString()
        .startsWith("output.path is 'out:1' but is not a valid path: ");
  }

  private static String model(String name) {
    return MINIMAL
        .replace("  popular: {", "  \"" + name + "\": {")
        .replace("fallback: [popular]", "fallback: []");
  }

  private static String secondSource(String name) {
    return MINIMAL.replace(
        "userAttributes:",
        """
            - name: "%s"
              format: csv
              path: more.csv
              columns: {user_id: user, item_id: item, event_at: ts}
        userAttributes:"""
            .formatted(name)
            .stripTrailing());
  }
}
