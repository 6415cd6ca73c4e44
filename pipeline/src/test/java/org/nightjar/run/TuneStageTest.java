package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.models.Popularity;
import org.nightjar.table.Trials;
import org.nightjar.tune.Budget;
import org.nightjar.tune.Trial;

/**
 * A shop whose fashion turned: 60 users bought old items, then new ones, and buy those again in the
 * held-out last 20 days, when many users come for the first time and buy new items too, enough of
 * them for two rungs.
 */
class TuneStageTest extends SparkTest {
  private static final int WARM = 60;
  private static final int COLD = 3030;
  private static final int KINDS = 6;
  private static final RunOptions OPTIONS =
      new RunOptions(false, Progress.Mode.QUIET, "tune", "test", "test", List.of());

  @TempDir private Path folder;

  @BeforeEach
  void writeShop() throws IOException {
    LocalDate first = LocalDate.parse("2024-01-01");
    List<String> lines = new ArrayList<>(List.of("user,item,when"));
    for (int user = 0; user < WARM + COLD; user++) {
      int kind = user % KINDS;
      if (user < WARM) {
        for (int day = 0; day < 30; day += 10) {
          lines.add(line(user, kind, first.plusDays(day + kind)));
        }
        lines.add(line(user, KINDS + kind, first.plusDays(60 + kind)));
      }
      lines.add(line(user, KINDS + kind, first.plusDays(80 + kind)));
    }
    lines.add(line(0, KINDS, first.plusDays(90)));
    Files.write(folder.resolve("purchases.csv"), lines);
  }

  @Test
  void takesWhatIsBetterKeepsWhatIsNotAndGoesOnWhereItWas() {
    TuneResult result = tuned(2).result();

    // Configured: old items tie with the new ones and come first. Best possible: places 1 to 5 of
    // six equally wanted items, (1 + 1/2 + … + 1/5) / 6.
    Tuned popularity = model(result, "popularity");
    assertThat(popularity.configured()).isZero();
    assertThat(popularity.best()).isEqualTo(0.380555556);
    assertThat(popularity.gain().value()).isEqualTo(0.380555556);
    assertThat(popularity.users()).isEqualTo(COLD);
    assertThat(popularity.taken()).isTrue();
    assertThat(popularity.settingsTried()).isEqualTo(2);

    // The warm users' one held-out item stands first already; the cold ones get no list.
    Tuned repeat = model(result, "repeat");
    assertThat(repeat.configured()).isEqualTo(0.019417476); // 60 of 3090
    assertThat(repeat.taken()).isFalse();
    assertThat(result.models()).extracting(Tuned::model).containsExactly("repeat", "popularity");

    // Two rungs, the second with all users; something drawn is on it.
    assertThat(popularityTrials(result))
        .extracting(trial -> trial.number() + "@" + trial.rung())
        .containsExactly("0@0", "0@1", "1@0", "1@1");
    assertThat(result.trials())
        .filteredOn(trial -> trial.rung() == 0)
        .allSatisfy(trial -> assertThat(trial.users()).isBetween(900L, 1150L));
    assertThat(result.takenOver()).isZero();

    Tuning.Outcome more = tuned(3, "popularity");
    assertThat(more.result().takenOver()).isEqualTo(4);
    assertThat(more.result().trials()).hasSize(5).containsAll(popularityTrials(result));
    assertThat(model(more.result(), "popularity").settings())
        .isEqualTo(popularity.settings()); // the others are not better
    Popularity written =
        (Popularity)
            ConfigurationLoader.load(more.file(), List.of(), name -> null)
                .models()
                .get("popularity");
    assertThat(written.halfLifeDays())
        .isEqualTo(((Number) popularity.settings().get("halfLifeDays")).doubleValue());
    assertThat(
            spark
                .read()
                .parquet(more.trials())
                .where(Trials.TAKEN)
                .select(Trials.MODEL, Trials.NUMBER, Trials.RUNG)
                .collectAsList())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder("[popularity,1,0]", "[popularity,1,1]");
    assertThat(folder.resolve("out/work")).doesNotExist();
  }

  @Test
  void theRunGoesOnWithTheBetterSettings() {
    WrittenConfiguration written = written("evaluation.test=");
    TuneStage tuning =
        new TuneStage(
            written,
            List.of("popularity"),
            Budget.ofSettings(2),
            Clock.systemUTC(),
            Optional.empty());
    NightResult night =
        Night.evaluate(spark, written.configuration(), OPTIONS, Optional.of(tuning), context -> {});

    assertThat(tuning.result().orElseThrow().trials())
        .extracting(Trial::model)
        .containsOnly("popularity");
    assertThat(night.metrics())
        .filteredOn(
            figure ->
                figure.model().equals("popularity")
                    && figure.metric().equals("map")
                    && figure.segment().equals("history=cold"))
        .singleElement()
        .satisfies(figure -> assertThat(figure.value()).isEqualTo(0.380555556));
  }

  @Test
  void saysWhenTheSplitCannotSeeRepeats() {
    assertThat(unseenRepeats("evaluation.split.type=random"))
        .hasValueSatisfying(
            warning -> assertThat(warning).contains("evaluation.split", "rank.repeat.policy"));
    assertThat(unseenRepeats("evaluation.split.type=k-fold")).isPresent();
    assertThat(unseenRepeats("evaluation.split.type=last-n")).isEmpty();
    assertThat(unseenRepeats("evaluation.split.type=random", "rank.repeat.policy=exclude"))
        .isEmpty();
  }

  private Optional<String> unseenRepeats(String... overrides) {
    return FeatureStage.unseenRepeats(written(overrides).configuration());
  }

  @Test
  void refusesModelsThatTheConfigurationLacks() {
    assertThatThrownBy(
            () -> new Tuning(written(), List.of(), List.of("als"), Budget.ofSettings(1), null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'als'")
        .hasMessageContaining("popularity-slow");
  }

  private static List<Trial> popularityTrials(TuneResult result) {
    return result.trials().stream().filter(trial -> trial.model().equals("popularity")).toList();
  }

  private Tuning.Outcome tuned(int trials, String... models) {
    return new Tuning(written(), List.of(), List.of(models), Budget.ofSettings(trials), null)
        .run(spark, OPTIONS);
  }

  private static Tuned model(TuneResult result, String name) {
    return result.models().stream()
        .filter(tuned -> tuned.model().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The test table is not there; a search does not look for it. */
  private WrittenConfiguration written(String... overrides) {
    String text =
        """
        name: shop
        sources:
          events: {format: csv, path: FOLDER/purchases.csv, options: {header: true}, columns: {user_id: user, item_id: item, event_at: when}}
        models:
          repeat: {type: repeat, halfLifeDays: 10}
          popularity: {type: popularity, halfLifeDays: 0}
          popularity-slow: {type: popularity, halfLifeDays: 120}
        rank: {listLength: 5, repeat: {policy: allow}}
        evaluation:
          split: {type: time, days: 20}
          test: {format: csv, path: FOLDER/none.csv, columns: {user_id: user, item_id: item}}
          ks: [5]
          bootstrapReplicates: 50
        output: {path: FOLDER/out}
        """;
    return WrittenConfiguration.of(
        text.replace("FOLDER", folder.toString()), "shop.yaml", List.of(overrides), name -> null);
  }

  private static String line(int user, int item, LocalDate day) {
    return String.format("u%04d,i%02d,%sT10:00:00Z", user, item, day);
  }
}
