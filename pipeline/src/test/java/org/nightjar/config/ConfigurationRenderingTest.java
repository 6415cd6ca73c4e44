package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.config.Yaml.MINIMAL;
import static org.nightjar.config.Yaml.load;
import static org.nightjar.config.Yaml.minimal;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationRenderingTest {

  @Test
  void theRenderedTextLoadsToAnEqualConfiguration() {
    Configuration configuration =
        load(
            MINIMAL
                + """
                clean:
                  unparsable: null
                  nonProducts: ['C.*', 'a: b', '[0-9]{2}$']
                  ranges: {users.age: {min: 0, max: 1e300, action: null}}
                evaluation: {byAttributes: [], test: {format: csv, path: t, columns: {user_id: u, item_id: i}}}
                spark: {spark.a: '007', spark.b: 'no', "spark.c: d": ''}
                """);

    assertThat(load(ConfigurationLoader.render(configuration))).isEqualTo(configuration);
    assertThat(load(ConfigurationLoader.render(load(MINIMAL)))).isEqualTo(load(MINIMAL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "~",
        " a ",
        "a\nb\n\n",
        "a\n b",
        "'",
        "\"",
        "\\",
        "*a",
        "&a",
        "!x",
        "# c",
        "a # b",
        "a: b",
        "- a",
        "{}",
        "[",
        "${HOME}",
        "$${HOME}",
        "true",
        "1_000",
        "é…\u0000\u0085\u2028",
        "\t",
        "%",
        "@",
        "`",
        "|",
        ">",
        "?",
        "---",
        "...",
        "=",
        "<<",
        "a,b",
        "😀"
      })
  void anyTextSurvives(String text) {
    Configuration plain = minimal();
    Configuration odd =
        new Configuration(
            plain.name(),
            plain.seed(),
            plain.cutoff(),
            plain.sources(),
            plain.userAttributes(),
            plain.itemAttributes(),
            plain.eventAttributes(),
            plain.clean(),
            plain.features(),
            plain.models(),
            plain.rank(),
            plain.evaluation(),
            plain.gate(),
            plain.privacy(),
            plain.output(),
            null,
            Map.of("spark." + text, text, "spark.x", "x" + text));

    assertThat(load(ConfigurationLoader.render(odd))).isEqualTo(odd);
  }

  @Test
  void secretsAreMasked() {
    String rendered =
        ConfigurationLoader.render(
            load(
                """
                name: test
                sources:
                  events:
                    format: jdbc
                    options:
                      url: jdbc:postgresql://ann:hunter2@db.example:5432/shop?user=ann&password=hunter3&ssl=true
                      dbtable: sales
                      user: ann
                      dbPassword: hunter4
                      fs.access.KEY: hunter5
                      authToken: hunter6
                    columns: {user_id: u, item_id: i, event_at: t}
                models: {popular: {type: popularity}}
                output: {path: "s3a://id:hunter7@bucket/out"}
                spark: {spark.hadoop.fs.s3a.secret.key: hunter8, spark.executor.cores: 2}
                """));

    assertThat(rendered)
        .doesNotContain("hunter")
        .contains("jdbc:postgresql://***@db.example:5432/shop?user=ann&password=***&ssl=true")
        .contains("user: ann")
        .contains("dbPassword: \"***\"")
        .contains("s3a://***@bucket/out")
        .contains("spark.executor.cores: \"2\"");
  }

  @Test
  void theTextIsReadable() {
    assertThat(ConfigurationLoader.render(load(MINIMAL)))
        .startsWith(
            """
            name: test
            seed: 42
            cutoff: latest
            sources:
              users:
                format: csv
                path:
                  - users.csv
                options: {}
                header: []
                columns:
                  user_id:
                    column: id
                    zone: UTC
            """)
        .contains("  repeat:\n    policy: allow\n")
        .contains("models:\n  popular:\n    type: popularity\n    halfLifeDays: 28.0\n");
  }
}
