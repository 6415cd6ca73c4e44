package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Configuration;
import org.nightjar.publish.Releases;

/** Runs that are cut off and gone on with. */
class ResumeTest extends SparkTest {
  private static final RunOptions OPTIONS =
      new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of());
  private static final Extent RESUME = new Extent(true, null);
  private static final List<String> STAGES = Night.ALL.stream().map(Stage::name).toList();

  @TempDir private Path folder;

  @BeforeEach
  void shop() throws IOException {
    SmallShop.write(folder, SmallShop.purchases());
  }

  @Test
  void aResumedRunEqualsOneThatWasNotDisturbed() {
    NightResult undisturbed = Night.run(spark, configuration("plain"), OPTIONS);
    Configuration configuration = configuration("cut");
    assertThatThrownBy(
            () -> Night.run(spark, configuration, OPTIONS, Extent.ALL, cutOffAtTheEndOf("rank")))
        .hasMessageContaining("cut off");
    Path work = onlyFolder(folder.resolve("cut/work"));
    List<String> trained = files(work.resolve("views/full/models"));
    Path release = folder.resolve("cut/releases").resolve(work.getFileName());
    assertThat(release).doesNotExist();

    NightResult resumed = Night.run(spark, configuration, OPTIONS, RESUME);

    assertThat(resumed.runId()).isEqualTo(work.getFileName().toString());
    assertThat(files(work.resolve("views/full/models"))).isNotEmpty().isEqualTo(trained);
    for (String table : releases("plain").manifest(undisturbed.runId()).tables().keySet()) {
      assertThat(rows(resumed, table)).as(table).isEqualTo(rows(undisturbed, table));
    }
    assertThat(rows(resumed, "recommendations")).hasSize(5 * SmallShop.USERS);
    assertThat(resumed.weights()).isEqualTo(undisturbed.weights());
    assertThat(resumed.warnings()).isEqualTo(undisturbed.warnings());
    assertThat(resumed.seconds().keySet()).containsExactlyElementsOf(STAGES);
    assertThat(releases("cut").current().orElseThrow().runId()).isEqualTo(resumed.runId());
    assertThat(Night.run(spark, configuration, OPTIONS, RESUME).endedBefore()).isTrue();
    assertThatThrownBy(() -> Night.run(spark, configuration("empty"), OPTIONS, RESUME))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing to resume");
  }

  @Test
  void aRunGoesOnWithTheLastOneOnlyFromTheSameSources() throws IOException {
    Configuration configuration = configuration("out");
    Extent first = new Extent(false, "ingest");
    String begun = Night.run(spark, configuration, OPTIONS, first).runId();
    assertThat(Night.run(spark, configuration, OPTIONS, first).runId()).isEqualTo(begun);

    SmallShop.write(folder, SmallShop.purchases().subList(0, 400));
    assertThat(Night.run(spark, configuration, OPTIONS, new Extent(true, "ingest")).runId())
        .isEqualTo(begun);
    SmallShop.write(folder, SmallShop.purchases().subList(0, 300));
    assertThat(Night.run(spark, configuration, OPTIONS, first).runId()).isNotEqualTo(begun);
    assertThatThrownBy(() -> Night.run(spark, configuration, OPTIONS, new Extent(false, "polish")))
        .hasMessageContaining("no stage 'polish'");
  }

  @Test
  void aChangeRerunsWhatDependsOnItAndNothingElse() {
    assertThat(rerunAfter("gate.maxLoss=0.1")).isEqualTo(from("gate"));
    assertThat(rerunAfter("output.maxRowsPerFile=5")).isEqualTo(from("publish"));
    assertThat(rerunAfter("output.similarItems=4")).isEqualTo(from("rank"));
    assertThat(rerunAfter("models.als.iterations=4")).isEqualTo(from("models"));
    assertThat(rerunAfter("rank.listLength=4")).isEqualTo(from("features"));
    assertThat(rerunAfter("clean.unknownUsers=drop")).isEqualTo(from("clean"));
    assertThat(rerunAfter("cutoff=2024-03-01T00:00:00Z")).isEqualTo(from("ingest"));
    assertThat(rerunAfter("output.lockExpiryMinutes=7")).isEmpty();
    assertThat(rerunAfter("export={url: jdbc:x}")).isEmpty();
    assertThat(rerunAfter("spark={spark.sql.shuffle.partitions: 3}")).isEmpty();
    Map<String, String> inputs = Map.of("events", "new");
    assertThat(differing(context(inputs), context(Map.of("events", "old"))))
        .isEqualTo(from("ingest"));
  }

  @Test
  void modelsAreTrainedAgainOnlyForWhatTheyLearnFrom() {
    String as = StageKeys.ofTraining(context(Map.of("events", "e", "denied", "d")));
    assertThat(StageKeys.ofTraining(context(Map.of("events", "e", "denied", "x"))))
        .as("denied pairs")
        .isEqualTo(as);
    assertThat(
            StageKeys.ofTraining(
                context(Map.of("events", "e", "denied", "d"), "rank.listLength=4")))
        .isEqualTo(as);
    assertThat(StageKeys.ofTraining(context(Map.of("events", "x", "denied", "d"))))
        .isNotEqualTo(as);
    assertThat(
            StageKeys.ofTraining(
                context(Map.of("events", "e", "denied", "d"), "evaluation.split.days=10")))
        .isNotEqualTo(as);
  }

  /** The stages, of which one fails when it has written everything. */
  private static List<Stage> cutOffAtTheEndOf(String name) {
    List<Stage> stages = new ArrayList<>();
    for (Stage stage : Night.ALL) {
      stages.add(stage.name().equals(name) ? new CutOff(stage) : stage);
    }
    return stages;
  }

  private record CutOff(Stage stage) implements Stage {
    @Override
    public String name() {
      return stage.name();
    }

    @Override
    public Map<String, Long> run(RunContext context) {
      stage.run(context);
      throw new IllegalStateException("cut off");
    }
  }

  private List<String> rerunAfter(String change) {
    return differing(context(Map.of()), context(Map.of(), change));
  }

  private static List<String> differing(RunContext one, RunContext other) {
    Map<String, String> keys = StageKeys.of(one, Night.ALL);
    Map<String, String> others = StageKeys.of(other, Night.ALL);
    return STAGES.stream().filter(stage -> !keys.get(stage).equals(others.get(stage))).toList();
  }

  private static List<String> from(String stage) {
    return STAGES.subList(STAGES.indexOf(stage), STAGES.size());
  }

  private RunContext context(Map<String, String> inputs, String... changes) {
    return new RunContext(
        spark,
        SmallShop.configuration(folder, "keys", changes),
        "run",
        Instant.EPOCH,
        OPTIONS,
        Workspace.ofRun(spark, folder.resolve("keys").toString(), "run"),
        releases("keys"),
        inputs,
        Optional.empty());
  }

  private Configuration configuration(String output) {
    // What trees and their choice leave behind is tested in LedgerTest; without them it is quick.
    return SmallShop.configuration(folder, output, "rank.learned.enabled=false");
  }

  private Releases releases(String output) {
    return Releases.at(
        folder.resolve(output).toString(),
        spark.sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  /** All rows but for the run's id. */
  private static List<String> rows(NightResult night, String table) {
    return sorted(spark.read().parquet(night.release() + "/" + table).drop("run_id"));
  }

  private static Path onlyFolder(Path folder) {
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> all = found.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of data files; a table that is written again gets other ones. */
  private static List<String> files(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
