package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.ConfigurationLoader;

/** One event with a wrong time among 240: it neither stops the features nor decides what is now. */
class WrongTimesTest extends SparkTest {
  @TempDir Path folder;

  private void night(String wrong, String until, String... set) throws IOException {
    List<String> lines = new ArrayList<>(List.of("user,item,when"));
    for (int i = 0; i < 240; i++) {
      lines.add(
          String.format(
              "u%02d,i%02d,2024-0%d-%02dT10:00:00Z", i % 20, i * 7 % 15, 1 + i % 3, 1 + i % 28));
    }
    lines.add("u00,i00," + wrong);
    Files.write(folder.resolve("e.csv"), lines);
    String text =
        """
        name: times
        sources:
          events: {format: csv, path: FOLDER/e.csv, columns: {user_id: user, item_id: item, event_at: when}}
        models: {popular: {type: popularity, halfLifeDays: 7}}
        rank: {listLength: 5}
        output: {path: FOLDER/out}
        """;
    Night.run(
        spark,
        ConfigurationLoader.load(
            text.replace("FOLDER", folder.toString()), "times.yaml", List.of(set), name -> null),
        new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of()),
        new Extent(false, until));
  }

  @Test
  void placeholdersPass() throws IOException {
    night("9999-12-31T23:59:59Z", FeatureStage.FEATURES);
    night("0001-01-01T00:00:00Z", "clean");
  }

  /** Microseconds between instants overflowed from the year 2262 on. */
  @Test
  void aConfiguredFarFutureDoesNotOverflow() throws IOException {
    night(
        "9000-01-01T00:00:00Z",
        FeatureStage.FEATURES,
        "clean.plausible.to=9999-01-01",
        "gate.levels.future=off");
  }

  @Test
  void anEventAheadOfTheClockIsRefusedBeforeTraining() throws IOException {
    Instant ahead = Instant.now().plus(400, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    assertThatThrownBy(() -> night(ahead.toString(), null))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "The last event is at "
                + ahead
                + " (1 row that far ahead), 400.0 days ahead of the clock")
        .hasMessageContainingAll("clean.window.to", "--as-of", "gate.levels.future: off");
    night(ahead.toString(), "clean", "clean.window.to=2025-01-01");
    night(ahead.toString(), "clean", "cutoff=2025-01-01");
    night(ahead.toString(), "clean", "gate.levels.future=off");
    assertThatThrownBy(() -> night("2024-02-01", null, "cutoff=" + ahead))
        .hasMessageStartingWith("The cutoff is " + ahead + ", 400.0 days ahead of the clock");
    assertThat(folder.resolve("out/current.json")).doesNotExist();
  }
}
