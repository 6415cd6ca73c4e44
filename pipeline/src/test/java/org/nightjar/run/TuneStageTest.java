package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;

/**
 * A shop whose fashion turned: 60 users bought old items, then new ones, and buy those again in the
 * held-out last 20 days, when 210 users come for the first time and buy new items too.
 */
class TuneStageTest extends SparkTest {
  private static final int WARM = 60;
  private static final int COLD = TuneStage.MIN_COLD_USERS + 10;
  private static final int KINDS = 6;

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

  /**
   * The clock ticks on each reading: once to begin, three times per trial, twice for a draw not
   * tried.
   */
  @Test
  void takesWhatIsBetterKeepsWhatIsNotAndSharesTheBudget() {
    TuneStage tuning = tuned(Duration.ofSeconds(19), (model, settings) -> false);

    assertThat(tuning.trials())
        .extracting(Trial::model)
        .containsExactly("repeat", "popularity", "repeat", "popularity", "repeat", "popularity");
    assertThat(tuning.trials()).extracting(Trial::number).containsExactly(0, 0, 1, 1, 2, 2);

    // Configured: old items tie with the new ones and come first. Best possible: places 1 to 5 of
    // six equally wanted items, (1 + 1/2 + … + 1/5) / 6.
    List<Trial> popularity = trials(tuning, "popularity");
    assertThat(popularity.get(0).map()).isZero();
    Tuned better = tuning.tuned().get("popularity");
    assertThat(better.gain().value()).isEqualTo(0.380555556);
    assertThat(better.gain().better()).isTrue();
    assertThat(popularity).allSatisfy(trial -> assertThat(trial.users()).isEqualTo(COLD));
    assertThat(popularity)
        .filteredOn(Trial::chosen)
        .singleElement()
        .extracting(Trial::settings)
        .isEqualTo(better.settings());

    // The warm users' one held-out item stands first already; the cold ones get no list.
    List<Trial> repeat = trials(tuning, "repeat");
    assertThat(tuning.tuned()).doesNotContainKey("repeat");
    assertThat(repeat.get(0).chosen()).isTrue();
    assertThat(repeat.get(0).map()).isEqualTo(0.222222222);
    assertThat(repeat).extracting(Trial::users).contains((long) WARM + COLD);
  }

  @Test
  void recordsWhatFailsAndLeavesOtherModelsOfTheTypeAlone() {
    TuneStage tuning =
        tuned(
            Duration.ofDays(1),
            (model, settings) ->
                model.equals("repeat")
                    || List.of(7, 14, 30, 60).contains(settings.getOrDefault("halfLifeDays", 0)));

    assertThat(tuning.tuned()).isEmpty();
    assertThat(trials(tuning, "popularity-slow")).isEmpty();
    List<Trial> popularity = trials(tuning, "popularity");
    assertThat(popularity.get(0).chosen()).isTrue();
    assertThat(popularity.subList(1, popularity.size()))
        .extracting(trial -> trial.settings().get("halfLifeDays"))
        .containsExactlyInAnyOrder(7, 14, 30, 60); // 0 is its own, 120 that of the other
    assertThat(popularity.subList(1, popularity.size()))
        .allSatisfy(
            trial -> {
              assertThat(trial.error()).isEqualTo("InputException: not for us");
              assertThat(trial.map()).isNull();
            });
    assertThat(trials(tuning, "repeat")).hasSize(1); // its configured settings fail
  }

  private static List<Trial> trials(TuneStage tuning, String model) {
    return tuning.trials().stream().filter(trial -> trial.model().equals(model)).toList();
  }

  private TuneStage tuned(Duration budget, BiPredicate<String, Map<String, Object>> refused) {
    TuneStage tuning =
        new TuneStage(
            (name, settings) -> {
              if (refused.test(name, settings)) {
                throw new InputException("not for us");
              }
              return configuration(overrides(name, settings)).models().get(name);
            },
            budget,
            new TickingClock());
    Night.tune(
        spark,
        configuration(List.of()),
        new RunOptions(false, Progress.Mode.QUIET, "tune", "test", "test", List.of()),
        tuning);
    return tuning;
  }

  private static List<String> overrides(String model, Map<String, Object> settings) {
    return settings.entrySet().stream()
        .map(setting -> "models." + model + "." + setting.getKey() + "=" + setting.getValue())
        .toList();
  }

  private Configuration configuration(List<String> overrides) {
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
        evaluation: {split: {type: time, days: 20}, ks: [5], bootstrapReplicates: 50}
        output: {path: FOLDER/out}
        """;
    return ConfigurationLoader.load(
        text.replace("FOLDER", folder.toString()), "shop.yaml", overrides, name -> null);
  }

  private static String line(int user, int item, LocalDate day) {
    return String.format("u%03d,i%02d,%sT10:00:00Z", user, item, day);
  }

  /** A second passes each time that somebody looks. */
  private static final class TickingClock extends Clock {
    private long millis;

    @Override
    public long millis() {
      millis += 1000;
      return millis;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
