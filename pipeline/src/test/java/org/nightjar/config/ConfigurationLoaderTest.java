package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nightjar.config.Yaml.MINIMAL;
import static org.nightjar.config.Yaml.load;
import static org.nightjar.config.Yaml.problemsOf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.models.Popularity;

class ConfigurationLoaderTest {

  @Test
  void absentKeysTakeTheirDefaults() {
    Configuration configuration = load(MINIMAL);

    assertThat(configuration.seed()).isEqualTo(42);
    assertThat(configuration.cutoff()).isEqualTo(Configuration.LATEST);
    assertThat(configuration.evaluation().ks()).containsExactly(5, 10, 20);
    assertThat(configuration.evaluation().byAttributes()).isNull();
    assertThat(configuration.clean().unparsable()).isEqualTo(CleanSettings.Unparsable.NULL);
    assertThat(configuration.rank().repeat())
        .isEqualTo(
            new RankSettings.Repeats(
                RankSettings.RepeatPolicy.ALLOW, 14, Map.of(), List.of("purchase", "rating")));
    assertThat(configuration.models()).containsEntry("popular", new Popularity(28, Map.of()));
    assertThat(configuration.sources().items()).isNull();
  }

  @Test
  void shortFormsStandForLongOnes() {
    Configuration configuration =
        load(
            """
            name: test
            sources:
              events: {format: csv, path: a.csv, columns: {user_id: u, item_id: {column: i}}}
            evaluation: {ks: 3, split: {type: random}}
            models: {popular: {type: popularity, halfLifeDays: "1.5e1"}}
            output: {path: out}
            """);

    assertThat(configuration.sources().events()).hasSize(1);
    Source events = configuration.sources().events().get(0);
    assertThat(events.path()).containsExactly("a.csv");
    assertThat(events.columns())
        .containsEntry("user_id", ColumnMapping.of("u"))
        .containsEntry("item_id", ColumnMapping.of("i"));
    assertThat(configuration.evaluation().ks()).containsExactly(3);
    assertThat(configuration.models()).containsEntry("popular", new Popularity(15, Map.of()));
  }

  @Test
  void textsKeepWhatWasWrittenAndEnumsAreKebabCase() {
    Configuration configuration =
        load(
            MINIMAL
                + """
                clean:
                  unparsable: null
                  ranges: {users.age: {min: 1_0, max: 1e2, action: null}}
                  duplicates: {users: most-frequent}
                spark: {spark.a: 007, spark.b: 1.50, spark.c: true, spark.d: ''}
                """);

    assertThat(configuration.spark())
        .containsExactly(
            Map.entry("spark.a", "007"),
            Map.entry("spark.b", "1.50"),
            Map.entry("spark.c", "true"),
            Map.entry("spark.d", ""));
    assertThat(configuration.clean().ranges())
        .containsEntry(
            "users.age",
            new CleanSettings.Range(10.0, 100.0, false, CleanSettings.OutOfBounds.NULL));
    assertThat(configuration.clean().duplicates().users())
        .isEqualTo(CleanSettings.Keep.MOST_FREQUENT);
  }

  @Test
  void anEmptySectionOrValueIsTheDefault() {
    String text = MINIMAL + "clean:\nseed:\ncutoff: ~\nevaluation: null\n";

    assertThat(load(text)).isEqualTo(load(MINIMAL));
  }

  @Test
  void jsonMayBeIndentedByTabs() {
    String json =
        """
        {
        \t"name": "j",
        \t"sources": {"events": [{"format": "csv", "path": ["a"],
        \t\t"columns": {"user_id": "u", "item_id": "i", "event_at": null}}]},
        \t"evaluation": {"split": {"type": "random"}},
        \t"models": {"p": {"type": "popularity", "halfLifeDays": 7}},
        \t"output": {"path": "out"}
        }
        """;

    assertThatThrownBy(() -> ConfigurationLoader.load(json, "c.json", List.of(), n -> null))
        .hasMessage(
            "c.json: sources.events.0.columns.event_at is empty; remove it or give it a value");
    assertThat(
            ConfigurationLoader.load(
                    json.replace(", \"event_at\": null", ""), "c.json", List.of(), n -> null)
                .models())
        .containsEntry("p", new Popularity(7, Map.of()));
  }

  @Test
  void syntaxErrorsNameLineAndColumn() {
    assertThat(problemsOf("name: a\nsources: [1, 2\noutput: {}\n"))
        .containsExactly(
            "line 3, column 7: while parsing a flow sequence, expected ',' or ']', but got :");
    assertThat(problemsOf("name: a\n\tseed: 1\n"))
        .singleElement()
        .asString()
        .startsWith("line 2, column 1: ")
        .contains("cannot start any token");
    assertThat(problemsOf("name: a\nseed: 1\nname: b\n"))
        .containsExactly("line 3, column 1: key 'name' is there twice; remove one");
    assertThat(problemsOf("name: &n a\noutput: {path: *n}\n"))
        .containsExactly(
            "line 2, column 16: aliases, which start with '*', are not supported; write the value"
                + " out, or quote it if it is a text");
    assertThat(problemsOf("name: a\n---\nname: b\n"))
        .containsExactly("line 3, column 1: a second document starts here");
  }

  @Test
  void whatIsNoMappingIsRefused() {
    assertThat(problemsOf("# nothing\n"))
        .containsExactly("the file is empty but must be a mapping that starts with 'name: …'");
    assertThat(problemsOf("- a\n- b\n"))
        .containsExactly("the file is [a,b] but must be a mapping that starts with 'name: …'");
    assertThat(problemsOf("a binary blob"))
        .containsExactly(
            "the file is 'a binary blob' but must be a mapping that starts with 'name: …'");
  }

  @Test
  void everyProblemComesAtOnceWithPlaceValueAndRemedy() {
    assertThat(
            problemsOf(
                """
                nmae: test
                seed: many
                sources:
                  users: {format: csv, path: u.csv, columns: {user_id: id}, colums: {}}
                  events:
                    - format: csv
                      columns: {user_id: {column: u, expr: x}, item_id: i}
                      options: [a]
                userAttributes:
                  age: {type: ordnal}
                  city: {type: categorical, impute: median}
                clean:
                  duplicates: {users: frist}
                  maxEventsPerUserDay: -1
                  ranges: {users.age: {}}
                models:
                  popular: {type: popularty}
                  again: {type: repeat, halfLifeDays: -1, rank: 64}
                  als: {rank: 64}
                rank: {listLength: 0, maxPerCategory: -1, categoryLevel: x}
                evaluation: {ks: [5, ten], confidence: 2}
                """))
        .containsExactly(
            "nmae is an unknown key; did you mean 'name'?",
            "name is missing: Name of this configuration; stands in logs, the manifest and the"
                + " report.",
            "seed is 'many' but must be a whole number",
            "sources.users.colums is an unknown key; did you mean 'columns'?",
            "sources.events.0.options is [a] but must be a mapping",
            "sources.events.0.columns.user_id: exactly one of column, expr and value must be given",
            "userAttributes.age.type is 'ordnal' but must be one of categorical, ordinal, numeric,"
                + " timestamp, text; did you mean 'ordinal'?",
            "userAttributes.city.impute is median but a categorical attribute has none; use mode",
            "clean.ranges.users.age: neither min nor max is given",
            "clean.duplicates.users is 'frist' but must be one of first, last, most-complete,"
                + " most-frequent; did you mean 'first'?",
            "clean.maxEventsPerUserDay is -1 but must be >= 0",
            "models.popular.type is 'popularty' but must be one of als, also-bought,"
                + " content, demographic, demographic-features, ease, ials, item-knn, popularity, repeat,"
                + " replenish, rp3beta, sequence; did you mean 'popularity'?",
            "models.again.rank is an unknown key; known are halfLifeDays, eventWeights",
            "models.again.halfLifeDays is -1.0 but must be >= 0 days",
            "models.als.type is missing; known are als, also-bought, content, demographic,"
                + " demographic-features, ease, ials, item-knn, popularity, repeat, replenish,"
                + " rp3beta, sequence",
            "rank.categoryLevel is 'x' but must be a whole number from -2147483648 to 2147483647",
            "rank.listLength is 0 but must be > 0",
            "rank.maxPerCategory is -1 but must be >= 0",
            "evaluation.ks.1 is 'ten' but must be a whole number from -2147483648 to 2147483647",
            "evaluation.confidence is 2.0 but must be between 0 and 1",
            "output is missing: Where and how releases are written.",
            "userAttributes.age is declared but not mapped; add it to sources.users.columns, or"
                + " remove it",
            "userAttributes.city is declared but not mapped; add it to sources.users.columns, or"
                + " remove it");
  }

  @Test
  void wrongTypesShowTheValue() {
    assertThat(
            problemsOf(
                MINIMAL.replace("rank:\n  fallback: [popular]\n", "")
                    + """
                    seed: 99999999999999999999
                    cutoff: {a: 1}
                    rank: [1]
                    spark: x
                    clean: {maxEventsPerUserDay: 1.5, duplicates: {exactEvents: yes}}
                    evaluation: {confidence: .inf, bootstrapReplicates: 3000000000}
                    itemAttributes: {price: {type: numeric, order: {a: b}}}
                    """))
        .contains(
            "seed is '99999999999999999999' but must be a whole number",
            "cutoff is {a:1} but must be text",
            "rank is [1] but must be a mapping with keys of listLength, candidatesPerModel, repeat,"
                + " maxPerCategory, categoryLevel, activity, blend, learned,"
                + " diversity, newItems, fallback",
            "spark is 'x' but must be a mapping",
            "clean.maxEventsPerUserDay is '1.5' but must be a whole number",
            "clean.duplicates.exactEvents is 'yes' but must be true or false",
            "evaluation.confidence is '.inf' but must be a number",
            "evaluation.bootstrapReplicates is '3000000000' but must be a whole number from"
                + " -2147483648 to 2147483647",
            "itemAttributes.price.order is {a:b} but must be text");
  }

  @Test
  void unusableSectionsCauseNoFurtherProblems() {
    assertThat(problemsOf(MINIMAL.replace("age: {type: numeric}", "age: 1")))
        .containsExactly(
            "userAttributes.age is '1' but must be a mapping with keys of type, order, letterCase,"
                + " synonyms, missing, impute, constant");
    assertThat(problemsOf(MINIMAL.replace("popular: {type: popularity}", "popular: als")))
        .containsExactly(
            "models.popular is 'als' but must be a mapping with 'type' and the type's own keys");
    assertThat(problemsOf(MINIMAL.replace("name: test\n", "") + "rank2: 1\n"))
        .containsExactly(
            "rank2 is an unknown key; did you mean 'rank'?",
            "name is missing: Name of this configuration; stands in logs, the manifest and the"
                + " report.");
    assertThat(problemsOf("name: test\nsources: 5\nmodels: 5\noutput: {path: out}\n"))
        .containsExactly(
            "sources is '5' but must be a mapping with keys of users, items, events, requested,"
                + " denied",
            "models is '5' but must be a mapping");
  }

  @Test
  void secretsDoNotShowInProblems() {
    String text =
        MINIMAL.replace("path: users.csv", "path: users.csv\n    options: {password: [hunter2]}");

    assertThat(problemsOf(text))
        .containsExactly("sources.users.options.password is *** but must be text");
  }

  @Test
  void filesAreReadFromPathsAndHadoopUris(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("c.yaml"), "\uFEFF" + MINIMAL);

    Configuration expected = load(MINIMAL);
    assertThat(ConfigurationLoader.load(file, List.of(), n -> null)).isEqualTo(expected);
    assertThat(ConfigurationLoader.load(file.toUri().toString(), List.of(), n -> null))
        .isEqualTo(expected);
  }

  @Test
  void unreadableFilesAreNamed(@TempDir Path folder) throws Exception {
    Path absent = folder.resolve("absent.yaml");
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {'a', (byte) 0xff, 0});
    Path latin =
        Files.write(folder.resolve("l.yaml"), "name: é".getBytes(StandardCharsets.ISO_8859_1));

    for (String location : List.of(absent.toString(), absent.toUri().toString())) {
      assertThatThrownBy(() -> ConfigurationLoader.load(location, List.of(), n -> null))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Cannot read the configuration '%s': there is no such file. Check --conf.", location);
    }
    for (Path file : List.of(binary, latin)) {
      assertThatThrownBy(() -> ConfigurationLoader.load(file, List.of(), n -> null))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Cannot read the configuration '%s': it is not UTF-8 text. Check --conf.", file);
    }
    assertThatThrownBy(() -> ConfigurationLoader.load("nofs://x/c.yaml", List.of(), n -> null))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read the configuration 'nofs://x/c.yaml': ")
        .hasMessageContaining("nofs");
    assertThatThrownBy(() -> ConfigurationLoader.load(folder, List.of(), n -> null))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read the configuration '" + folder + "': ");
  }
}
