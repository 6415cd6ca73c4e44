package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.config.GateSettings;

class ReleasesTest {
  @TempDir Path output;

  @Test
  void beforeTheFirstReleaseThereIsNone() {
    Releases releases = Samples.releases(output.resolve("absent"));
    assertThat(releases.current()).isEmpty();
    assertThat(releases.list()).isEmpty();
    assertThatThrownBy(releases::rollback)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing is published");
  }

  @Test
  void thePointerIsRelativeAndReadableByHand() throws IOException {
    Samples.seal(output, "r1");
    Samples.releases(output).promote("r1");
    assertThat(output.resolve("current.json"))
        .hasContent(
            """
            {
              "run_id" : "r1",
              "path" : "releases/r1",
              "published_at" : "2017-12-01T00:00:00Z"
            }
            """);
  }

  @Test
  void noSideFilesAreLeft() throws IOException {
    Samples.seal(output, "r1");
    Samples.seal(output, "r2");
    Releases releases = Samples.releases(output);
    releases.writeReport("r1", "<p>one</p>");
    releases.writeReport("r1", "<p>two</p>");
    releases.promote("r1");
    releases.promote("r2");
    try (Stream<Path> files = Files.walk(output)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> output.relativize(file).toString()))
          .containsExactlyInAnyOrder(
              "current.json",
              "history/00000001-promote-r1.json",
              "history/00000002-promote-r2.json",
              "releases/r1/manifest.json",
              "releases/r1/report.html",
              "releases/r1/recommendations/part-0.parquet",
              "releases/r2/manifest.json",
              "releases/r2/recommendations/part-0.parquet");
    }
  }

  @Test
  void listsReleasesButNotUnfinishedFolders() throws IOException {
    Samples.seal(output, "r2");
    Samples.seal(output, "r1");
    Samples.seal(output, "r3", "rows", Verdict.of(List.of("Lists have collapsed.")));
    Files.createDirectories(output.resolve("releases/r4/recommendations"));
    Releases releases = Samples.releases(output);
    releases.promote("r2");
    assertThat(releases.list())
        .extracting(ReleaseInfo::runId, ReleaseInfo::current, r -> r.publishedAt().isPresent())
        .containsExactly(
            tuple("r1", false, false), tuple("r2", true, true), tuple("r3", false, false));
    assertThat(releases.list().get(0).rows()).isEqualTo(90);
    assertThat(releases.list().get(2).verdict().passed()).isFalse();
  }

  @Test
  void anUnknownRunIsRefusedWithTheKnownOnes() {
    Samples.seal(output, "r1");
    Samples.seal(output, "r2");
    Releases releases = Samples.releases(output);
    assertThatThrownBy(() -> releases.promote("r9"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no release 'r9'")
        .hasMessageContaining("r1, r2");
    assertThatThrownBy(() -> releases.promote("../r1")).isInstanceOf(InputException.class);
    assertThat(releases.current()).isEmpty();
  }

  @Test
  void aRefusedReleaseIsNotPromoted() {
    Samples.seal(output, "r1");
    Samples.seal(output, "r2", "rows", Verdict.of(List.of("Lists have collapsed.")));
    Releases releases = Samples.releases(output);
    releases.promote("r1");
    assertThatThrownBy(() -> releases.promote("r2"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Lists have collapsed.");
    assertThat(releases.current().orElseThrow().runId()).isEqualTo("r1");
  }

  @Test
  void aRefusedReleaseIsPromotedByForceUnlessItBreaksItsContract() {
    Finding churn =
        new Finding("churn", GateSettings.Level.REFUSE, 0.9, 0.8, "Too much has changed.");
    Samples.seal(output, "r1");
    Samples.seal(output, "r2", "rows", Verdict.of(List.of(), List.of(churn)));
    Samples.seal(
        output, "r3", "rows", Verdict.of(List.of("1 users have an item twice."), List.of(churn)));
    Releases releases = Samples.releases(output);
    releases.promote("r1");
    assertThatThrownBy(() -> releases.promoteRefused("r3", "new range"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("an item twice")
        .hasMessageNotContaining("Too much");
    assertThatThrownBy(() -> releases.promoteRefused("r2", " ")).isInstanceOf(InputException.class);
    assertThat(releases.current().orElseThrow().runId()).isEqualTo("r1");

    releases.promoteRefused("r2", "new range of products");
    releases.promote("r1");

    assertThat(output.resolve("history/00000002-promote-r2.json"))
        .content()
        .contains("\"why\" : \"new range of products\"");
    assertThat(releases.list())
        .extracting(ReleaseInfo::forcedBecause)
        .containsExactly(Optional.empty(), Optional.of("new range of products"), Optional.empty());
  }

  @Test
  void aReleaseWithALostOrCutFileIsNotPromoted() throws IOException {
    Samples.seal(output, "r1");
    Path file = output.resolve("releases/r1/recommendations/part-0.parquet");
    Releases releases = Samples.releases(output);
    Files.writeString(file, "row");
    assertThatThrownBy(() -> releases.promote("r1")).hasMessageContaining("1 files with 3 bytes");
    Files.delete(file);
    assertThatThrownBy(() -> releases.promote("r1")).hasMessageContaining("0 files with 0 bytes");
    assertThat(releases.current()).isEmpty();
  }

  @Test
  void aDamagedManifestIsAnErrorOfItsOwnAndLeavesTheListStanding() throws IOException {
    Samples.seal(output, "r1");
    Samples.seal(output, "r2");
    Files.writeString(output.resolve("releases/r1/manifest.json"), "{\"run_id\": ");
    Releases releases = Samples.releases(output);
    assertThatThrownBy(() -> releases.manifest("r1")).hasMessageContaining("damaged");
    assertThat(releases.list()).extracting(ReleaseInfo::runId).containsExactly("r2");
  }

  @Test
  void aReleaseIsSealedOnce() {
    Samples.seal(output, "r1");
    assertThatThrownBy(() -> Samples.seal(output, "r1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("immutable");
  }

  @Test
  void rollbackGoesFurtherBackEachTimeAndThenRefuses() {
    Releases releases = Samples.releases(output);
    for (String run : List.of("r1", "r2", "r3")) {
      Samples.seal(output, run);
      releases.promote(run);
    }
    assertThat(releases.rollback().runId()).isEqualTo("r2");
    assertThat(releases.rollback().runId()).isEqualTo("r1");
    assertThatThrownBy(releases::rollback)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no release was current before 'r1'")
        .hasMessageContaining("r1, r2, r3");
    assertThat(releases.current().orElseThrow().runId()).isEqualTo("r1");
  }

  @Test
  void afterARollbackANewReleaseGoesBackToTheRolledBackOne() {
    Releases releases = Samples.releases(output);
    for (String run : List.of("r1", "r2")) {
      Samples.seal(output, run);
      releases.promote(run);
    }
    releases.rollback();
    Samples.seal(output, "r3");
    releases.promote("r3");
    assertThat(releases.rollback().runId()).isEqualTo("r1");
  }

  @Test
  void rollbackPassesOverReleasesThatAreGone() throws IOException {
    Releases releases = Samples.releases(output);
    for (String run : List.of("r1", "r2", "r3")) {
      Samples.seal(output, run);
      releases.promote(run);
    }
    Files.delete(output.resolve("releases/r2/recommendations/part-0.parquet"));
    assertThat(releases.rollback().runId()).isEqualTo("r1");
  }

  @Test
  void anEntryWhoseSwapNeverCameDoesNotCount() throws IOException {
    Releases releases = Samples.releases(output);
    for (String run : List.of("r1", "r2", "r3")) {
      Samples.seal(output, run);
    }
    releases.promote("r1");
    releases.promote("r2");
    String before = Files.readString(output.resolve("current.json"));
    releases.promote("r3");
    // The process dies between the history entry and the swap.
    Files.writeString(output.resolve("current.json"), before);
    assertThat(releases.list().get(2).publishedAt()).isEmpty();
    assertThat(releases.rollback().runId()).isEqualTo("r1");
    releases.promote("r3");
    assertThat(releases.rollback().runId()).isEqualTo("r1");
  }

  @Test
  void promotingTheCurrentReleaseAgainChangesNothing() {
    Releases releases = Samples.releases(output);
    Samples.seal(output, "r1");
    Samples.seal(output, "r2");
    releases.promote("r1");
    releases.promote("r2");
    assertThat(releases.promote("r2")).isEqualTo(releases.current().orElseThrow());
    assertThat(releases.rollback().runId()).isEqualTo("r1");
  }

  @Test
  void anObjectStoreGetsOnePutAndNoRename() {
    Samples.seal(output, "r1");
    Samples.seal(output, "r2");
    Releases releases =
        Releases.at(
            PutOnlyFileSystem.path(output), PutOnlyFileSystem.configured(), new Samples.SetClock());
    releases.promote("r1");
    releases.promote("r2");
    assertThat(releases.current().orElseThrow().path()).isEqualTo("releases/r2");
    assertThat(releases.rollback().runId()).isEqualTo("r1");
  }

  @Test
  void aReaderNeverSeesAMissingOrPartialPointer() throws Exception {
    Releases releases = Samples.releases(output);
    Samples.seal(output, "r1");
    Samples.seal(output, "r2");
    releases.promote("r1");
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch reading = new CountDownLatch(1);
    Set<String> seen = new ConcurrentSkipListSet<>();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> reads =
          reader.submit(
              () -> {
                int count = 0;
                while (!done.get()) {
                  // Plain file access, as an outside reader does it; a missing file throws.
                  String text = Files.readString(output.resolve("current.json"));
                  Pointer pointer = Json.read(text, Pointer.class, "current.json");
                  seen.add(
                      pointer.runId()
                          + " "
                          + Files.readString(
                              output
                                  .resolve(pointer.path())
                                  .resolve("recommendations/part-0.parquet")));
                  count++;
                  reading.countDown();
                }
                return count;
              });
      reading.await();
      for (int swap = 0; swap < 50; swap++) {
        releases.promote("r2");
        releases.rollback();
      }
      done.set(true);
      assertThat(reads.get()).isPositive();
    } finally {
      done.set(true);
      reader.shutdown();
    }
    assertThat(seen).isSubsetOf("r1 rows of r1", "r2 rows of r2");
  }
}
