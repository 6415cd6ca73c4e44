package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Releases;

/** Nights that something happens to about the swap of the pointer. */
class PublicationTest extends SparkTest {
  private static final RunOptions OPTIONS =
      new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of());
  private static final Extent RESUME = new Extent(true, null);

  @TempDir private Path folder;

  @BeforeEach
  void shop() throws IOException {
    SmallShop.write(folder, SmallShop.purchases());
  }

  @Test
  void whatFailsAfterTheSwapIsAWarningAndTheRunIsPublished() throws IOException {
    Path metrics = folder.resolve("night.prom");
    Configuration configuration = configuration("output.metricsFile=" + metrics);
    NightResult night =
        Night.run(
            spark,
            configuration,
            OPTIONS,
            Extent.ALL,
            afterTheLastStage(context -> create(metrics.resolve("in/the/way"))));

    assertThat(night.published()).isTrue();
    assertThat(releases().isCurrent(night.runId())).isTrue();
    assertThat(night.failedSteps())
        .singleElement()
        .asString()
        .startsWith("Run " + night.runId() + " is published, but the metrics file was not written");
    assertThat(lastAudit("finished"))
        .contains("\"outcome\" : \"published\"", "the metrics file was not written: java.")
        .doesNotContain(folder.toString());

    // A scheduler that tries again is told that all is done.
    NightResult again = Night.run(spark, configuration("output.metricsFile=null"), OPTIONS, RESUME);
    assertThat(again.runId()).isEqualTo(night.runId());
    assertThat(again.endedBefore()).isTrue();
    assertThat(again.published()).isTrue();

    // Cut off before all of that was done: it is done again, and nothing else.
    Files.delete(folder.resolve("out/work/" + night.runId() + "/done/publication.json"));
    Path other = folder.resolve("other.prom");
    NightResult completed =
        Night.run(spark, configuration("output.metricsFile=" + other), OPTIONS, RESUME);
    assertThat(completed.runId()).isEqualTo(night.runId());
    assertThat(completed.endedBefore()).isFalse();
    assertThat(completed.failedSteps()).isEmpty();
    assertThat(other).content().contains("nightjar_published{name=\"shop\"} 1");
    assertThat(releases().list()).hasSize(1);

    // What can be told beforehand is.
    assertThatThrownBy(() -> Night.run(spark, configuration, OPTIONS))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("output.metricsFile");
    // With other sources it would be another run.
    SmallShop.write(folder, SmallShop.purchases().subList(0, 400));
    assertThatThrownBy(() -> Night.run(spark, configuration(), OPTIONS, RESUME))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing to resume");
  }

  @Test
  void cleaningBetweenAKillAndItsResumeLosesNothing() throws IOException {
    Configuration configuration = configuration();
    assertThatThrownBy(
            () ->
                Night.run(
                    spark,
                    configuration,
                    OPTIONS,
                    Extent.ALL,
                    inStage(
                        "gate",
                        context -> {
                          throw new IllegalStateException("killed by user ann");
                        })))
        .hasMessageContaining("killed");
    assertThat(lastAudit("failed"))
        .contains("failed in stage gate: java.lang.IllegalStateException")
        .doesNotContain("ann");
    Path release = onlyFolder(folder.resolve("out/releases"));
    assertThat(release.resolve("recommendations")).isDirectory();

    OutputCleaning.clean(
        configuration.output(), spark.sparkContext().hadoopConfiguration(), "clean");
    assertThat(release.resolve("recommendations")).isDirectory();
    assertThat(lastAudit("finished")).contains("\"command\" : \"clean\"");

    // Even if somebody removes what the ledger says is written, it is written again.
    releases().clean(0, Duration.ZERO, run -> false);
    assertThat(release).doesNotExist();
    NightResult resumed = Night.run(spark, configuration, OPTIONS, RESUME);

    assertThat(release).hasFileName(resumed.runId());
    assertThat(resumed.published()).isTrue();
    assertThat(spark.read().parquet(resumed.release() + "/recommendations").count())
        .isEqualTo(5L * SmallShop.USERS);

    // A night repairs a pointer that cannot be read, and says so.
    Files.writeString(folder.resolve("out/current.json"), "");
    NightResult next = Night.run(spark, configuration, OPTIONS, new Extent(false, "ingest"));
    assertThat(next.runId()).isNotEqualTo(resumed.runId());
    assertThat(next.warnings())
        .anySatisfy(warning -> assertThat(warning).contains("current.json", "was repaired"))
        .anySatisfy(
            warning -> assertThat(warning).contains("is compared with '" + resumed.runId()));
    assertThat(releases().isCurrent(resumed.runId())).isTrue();
  }

  private static List<Stage> afterTheLastStage(Consumer<RunContext> then) {
    return inStage(Night.ALL.get(Night.ALL.size() - 1).name(), then);
  }

  /** The stages, after one of which something happens, before it is finished. */
  private static List<Stage> inStage(String name, Consumer<RunContext> then) {
    List<Stage> stages = new ArrayList<>();
    for (Stage stage : Night.ALL) {
      stages.add(stage.name().equals(name) ? new Eventful(stage, then) : stage);
    }
    return stages;
  }

  private record Eventful(Stage stage, Consumer<RunContext> then) implements Stage {
    @Override
    public String name() {
      return stage.name();
    }

    @Override
    public boolean isRepeated() {
      return stage.isRepeated();
    }

    @Override
    public Map<String, Long> run(RunContext context) {
      Map<String, Long> counts = stage.run(context);
      then.accept(context);
      return counts;
    }
  }

  private Configuration configuration(String... changes) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "rank.learned.enabled=false",
                "models={popularity: {type: popularity}, repeat: {type: repeat}}"));
    all.addAll(List.of(changes));
    return SmallShop.configuration(folder, "out", all.toArray(String[]::new));
  }

  private Releases releases() {
    return Releases.at(
        folder.resolve("out").toString(),
        spark.sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  /** The last entry of a kind. */
  private String lastAudit(String event) {
    try (Stream<Path> files = Files.list(folder.resolve("out/audit"))) {
      Path last =
          files
              .filter(file -> file.toString().endsWith(event + ".json"))
              .sorted()
              .reduce((one, next) -> next)
              .orElseThrow();
      return Files.readString(last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path onlyFolder(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> all = found.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
