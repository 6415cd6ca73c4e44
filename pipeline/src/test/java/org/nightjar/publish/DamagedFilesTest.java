package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nightjar.InputException;

/**
 * The small files of an output after a power cut or on a full disk. Three releases were current,
 * one after the other: r1, r2, r3.
 */
class DamagedFilesTest {
  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path output;

  @BeforeEach
  void threeReleases() {
    for (String run : List.of("r1", "r2", "r3")) {
      Samples.seal(output, run);
      releases().promote(run);
    }
  }

  /** Empty, blank, zeros, cut off, another type, nothing in it, no UTF-8. */
  static Stream<byte[]> damages() {
    return Stream.concat(
        Stream.of("", " \n", "\0\0\0\0", "{", "{\"run_id\" : \"r", "[]", "null", "{}", "\"r3\"")
            .map(text -> text.getBytes(StandardCharsets.UTF_8)),
        Stream.of(new byte[] {(byte) 0xff, (byte) 0xfe, 0}));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDamagedPointerIsToldAndRepairedByPublish(byte[] damage) {
    write("current.json", damage);
    assertThat(releases().list()).extracting(ReleaseInfo::runId).containsExactly("r1", "r2", "r3");
    assertThat(releases().list())
        .as("none is marked as current, all have been published")
        .noneMatch(ReleaseInfo::current)
        .allMatch(release -> release.publishedAt().isPresent());
    assertThat(releases().damages()).singleElement().asString().contains("publish r3");
    assertThatThrownBy(() -> releases().current())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("current.json' is damaged")
        .hasMessageContaining("publish r3");
    assertThatThrownBy(() -> releases().rollback()).hasMessageContaining("publish r3");

    releases().promote("r2");

    assertThat(releases().damages()).isEmpty();
    assertThat(releases().current().orElseThrow().runId()).isEqualTo("r2");
    assertThat(releases().rollback().runId()).as("the history is whole").isEqualTo("r3");
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aNightRepairsADamagedPointerByTheHistory(byte[] damage) {
    write("current.json", damage);
    Releases.Last last = releases().last();
    assertThat(last.manifest()).map(Manifest::runId).contains("r3");
    assertThat(last.warnings()).singleElement().asString().contains("is compared with 'r3'");
    assertThat(releases().repairPointer().orElseThrow()).contains("'r3' is current");
    assertThat(releases().current().orElseThrow().runId()).isEqualTo("r3");
    assertThat(releases().repairPointer()).isEmpty();
    assertThat(releases().rollback().runId()).isEqualTo("r2");
  }

  @Test
  void withoutAWholeReleaseNothingIsRepairedAndNothingCompared() throws IOException {
    write("current.json", new byte[0]);
    for (String run : List.of("r1", "r2", "r3")) {
      Files.delete(output.resolve("releases/" + run + "/recommendations/part-0.parquet"));
    }
    assertThat(releases().repairPointer()).isEmpty();
    assertThat(releases().last().manifest()).isEmpty();
    assertThat(releases().last().warnings())
        .singleElement()
        .asString()
        .contains("compared with none");
    assertThatThrownBy(() -> releases().current()).hasMessageContaining("the next run writes it");
    Samples.seal(output, "r4");
    assertThat(releases().promote("r4").runId()).isEqualTo("r4");
  }

  /** Nobody knows which one readers take. */
  @Test
  void nothingIsRemovedWhileThePointerIsDamaged() {
    write("current.json", new byte[0]);
    assertThatThrownBy(() -> releases().clean(1, Duration.ZERO, run -> false))
        .isInstanceOf(InputException.class);
    assertThat(releases().list()).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDamagedManifestOfTheCurrentReleaseStopsNobody(byte[] damage) {
    write("releases/r3/manifest.json", damage);
    assertThatThrownBy(() -> releases().manifest("r3"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining("newest whole release is r2");
    assertThat(releases().damages()).singleElement().asString().contains("r3/manifest.json");
    assertThat(releases().list()).extracting(ReleaseInfo::runId).containsExactly("r1", "r2");
    Releases.Last last = releases().last();
    assertThat(last.manifest()).map(Manifest::runId).contains("r2");
    assertThat(last.warnings()).singleElement().asString().contains("r3/manifest.json");
    assertThat(releases().rollback().runId()).isEqualTo("r2");
  }

  @Test
  void aCurrentReleaseThatIsGoneStopsNobody() {
    releases().store().delete("releases/r3");
    assertThat(releases().last().manifest()).map(Manifest::runId).contains("r2");
    assertThat(releases().last().warnings()).singleElement().asString().contains("is gone");
    assertThat(releases().rollback().runId()).isEqualTo("r2");
  }

  @ParameterizedTest
  @MethodSource("damages")
  void ofADamagedEntryOfTheHistoryTheNameCounts(byte[] damage) {
    write("history/00000002-promote-r2.json", damage);
    assertThat(releases().list()).allMatch(release -> release.publishedAt().isPresent());
    assertThat(releases().rollback().runId()).isEqualTo("r2");
    assertThat(releases().rollback().runId()).isEqualTo("r1");
  }

  /** Its number is not the last one's, so no free number would be found after a hundred more. */
  @Test
  void foreignFilesInTheHistoryChangeNothing() {
    write("history/notes.txt", "by hand".getBytes(StandardCharsets.UTF_8));
    assertThat(releases().rollback().runId()).isEqualTo("r2");
    assertThat(output.resolve("history/00000004-rollback-r2.json")).exists();
  }

  @Test
  void thePublisherIsRecorded() {
    String user = System.getProperty("user.name");
    assertThat(releases().list())
        .extracting(ReleaseInfo::publishedBy)
        .containsOnly(Optional.of(user));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDamagedLockIsHeldForAMinute(byte[] damage) throws IOException {
    Samples.SetClock clock = new Samples.SetClock();
    write("lock.json", damage);
    Files.setLastModifiedTime(output.resolve("lock.json"), FileTime.from(clock.instant()));
    Duration expiry = Duration.ofMinutes(10);
    assertThatThrownBy(() -> OutputLock.acquire(output.toString(), "r4", expiry, HADOOP, clock))
        .isInstanceOf(LockedException.class);
    clock.forward(60);
    OutputLock.acquire(output.toString(), "r4", expiry, HADOOP, clock).close();
    assertThat(output.resolve("lock.json")).doesNotExist();
  }

  @Test
  void aDamagedMaskKeyIsDrawnAnew() {
    String key = releases().maskKey();
    write("mask.key", key.substring(0, 10).getBytes(StandardCharsets.UTF_8));
    assertThat(releases().maskKey()).hasSize(64).isNotEqualTo(key);
    write("mask.key", new byte[0]);
    String drawn = releases().maskKey();
    assertThat(drawn).hasSize(64);
    assertThat(releases().maskKey()).isEqualTo(drawn);
  }

  @Test
  void aCutOffListOfErasedUsersIsRefused() {
    Suppression suppression = new Suppression(output.toString(), HADOOP);
    for (String text : List.of("", "0".repeat(64) + "\n" + "0".repeat(20))) {
      write("suppressed/00000001-abcdabcd.txt", text.getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> suppression.hashes(null, Optional.empty()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("00000001-abcdabcd.txt")
          .hasMessageContaining("erase the users of that time again");
    }
  }

  private Releases releases() {
    return Samples.releases(output);
  }

  private void write(String file, byte[] bytes) {
    try {
      Files.createDirectories(output.resolve(file).getParent());
      Files.write(output.resolve(file), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
