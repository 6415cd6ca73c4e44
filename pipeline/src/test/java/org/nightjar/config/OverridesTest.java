package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.config.Yaml.minimal;
import static org.nightjar.config.Yaml.problemsWith;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.models.Popularity;
import org.nightjar.models.Repeat;

class OverridesTest {

  @Test
  void valuesAreYamlAndLaterOnesWin() {
    Configuration configuration =
        minimal(
            "seed=1", "seed=7", "evaluation.ks=[1, 2]", "rank.listLength=3", "cutoff=2017-12-01");

    assertThat(configuration.seed()).isEqualTo(7);
    assertThat(configuration.evaluation().ks()).containsExactly(1, 2);
    assertThat(configuration.rank().listLength()).isEqualTo(3);
    assertThat(configuration.cutoff()).isEqualTo("2017-12-01");
  }

  @Test
  void listsAreEnteredByIndexAndMayGrow() {
    Configuration configuration =
        minimal(
            "sources.events.0.path=new.csv",
            "sources.events.0.path.1=more.csv",
            "sources.users.path.1=second.csv",
            "sources.events.0.name=shop",
            "sources.events.1={name: web, format: json, path: w, columns: {user_id: u, item_id: i}}",
            "evaluation.ks.0=4");

    assertThat(configuration.sources().events()).extracting(Source::name).contains("shop", "web");
    assertThat(configuration.sources().events().get(0).path())
        .containsExactly("new.csv", "more.csv");
    assertThat(configuration.sources().users().path()).containsExactly("users.csv", "second.csv");
    assertThat(configuration.evaluation().ks()).containsExactly(4);
  }

  @Test
  void aSingleEntryNeedsNoIndex() {
    assertThat(minimal("sources.events.format=parquet").sources().events().get(0).format())
        .isEqualTo("parquet");
  }

  @Test
  void mapKeysAreCreatedAndMayHoldDots() {
    Configuration configuration =
        minimal(
            "models.again.type=repeat",
            "models.popular.halfLifeDays=3",
            "clean.ranges.users.age.min=18",
            "clean.ranges.users.age.max=99",
            "clean.outliers.users.age={}",
            "rank.blend.weightsBySegment.cold.popular=0.5",
            "spark.spark.sql.shuffle.partitions=8",
            "sources.users.options.sep=;");

    assertThat(configuration.models())
        .containsEntry("again", new Repeat(180, Map.of()))
        .containsEntry("popular", new Popularity(3, Map.of()));
    assertThat(configuration.clean().ranges())
        .containsEntry(
            "users.age",
            new CleanSettings.Range(18.0, 99.0, false, CleanSettings.OutOfBounds.DROP));
    assertThat(configuration.clean().outliers()).containsOnlyKeys("users.age");
    assertThat(configuration.rank().blend().weightsBySegment())
        .isEqualTo(Map.of("cold", Map.of("popular", 0.5)));
    assertThat(configuration.spark()).isEqualTo(Map.of("spark.sql.shuffle.partitions", "8"));
    assertThat(configuration.sources().users().options()).isEqualTo(Map.of("sep", ";"));
  }

  @Test
  void aColumnMappingInShortFormGrows() {
    assertThat(
            minimal("sources.events.0.columns.event_at.format=epoch-seconds")
                .sources()
                .events()
                .get(0)
                .columns())
        .containsEntry(
            "event_at",
            new ColumnMapping("ts", null, null, "epoch-seconds", "UTC", null, null, Map.of()));
  }

  @Test
  void anEmptyValueBringsTheDefaultBack() {
    assertThat(minimal("seed=1", "seed=").seed()).isEqualTo(42);
  }

  @Test
  void unknownPathsAreUnknownKeys() {
    assertThat(problemsWith("rank.listLenght=5", "modles.x=1", "seed.x=1", "models.popular.half=2"))
        .containsExactly(
            "modles is an unknown key; did you mean 'models'?",
            "seed is {x:1} but must be a whole number",
            "models.popular.half is an unknown key; known are halfLifeDays, eventWeights",
            "rank.listLenght is an unknown key; did you mean 'listLength'?");
  }

  @Test
  void unreadableOverridesAreListedBesideOtherProblems() {
    assertThat(
            problemsWith(
                "seed",
                "a..b=1",
                "=1",
                "seed=[1",
                "evaluation.ks=[1, 2]",
                "evaluation.ks.5=1",
                "evaluation.ks.x=1",
                "seed=x"))
        .containsExactly(
            "--set 'seed' cannot be read; write it as path.to.key=value",
            "--set 'a..b=1' cannot be read; write it as path.to.key=value",
            "--set '=1' cannot be read; write it as path.to.key=value",
            "--set seed: line 1, column 3: while parsing a flow sequence, expected ',' or ']', but"
                + " got <stream end>",
            "--set evaluation.ks.5: index 5 is beyond the list, which has 2 entries",
            "--set evaluation.ks.x: 'x' must be an index from 0 to 1, since the list has 2 entries",
            "seed is 'x' but must be a whole number");
  }
}
