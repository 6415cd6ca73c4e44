package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputLockTest {
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  @TempDir Path output;
  private final Samples.SetClock clock = new Samples.SetClock();

  private OutputLock acquire(String runId) {
    return OutputLock.acquire(
        output.toString(), runId, TEN_MINUTES, new Configuration(false), clock);
  }

  @Test
  void aSecondHolderIsRefusedByName() {
    try (OutputLock first = acquire("r1")) {
      assertThatThrownBy(() -> acquire("r2"))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("run 'r1'")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("since 2017-12-01T00:00:00Z")
          .hasMessageContaining("expires at 2017-12-01T00:10:00Z");
      first.confirm();
    }
  }

  @Test
  void aReleasedLockLeavesNothing() throws IOException {
    acquire("r1").close();
    try (Stream<Path> files = Files.list(output)) {
      assertThat(files).isEmpty();
    }
    acquire("r2").close();
  }

  @Test
  void aRenewedLockLivesOn() {
    try (OutputLock first = acquire("r1")) {
      clock.forward(599);
      first.renew();
      clock.forward(599);
      assertThatThrownBy(() -> acquire("r2"))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("last renewed 2017-12-01T00:09:59Z");
      first.confirm();
    }
  }

  @Test
  void aDeadLockIsTakenOverAndItsHolderLearnsSo() throws IOException {
    OutputLock first = acquire("r1");
    clock.forward(600);
    OutputLock second = acquire("r2");
    assertThatThrownBy(first::confirm)
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("run 'r2'");
    first.close();
    second.confirm();
    try (Stream<Path> files = Files.list(output)) {
      assertThat(files)
          .extracting(file -> file.getFileName().toString())
          .containsExactly("lock.json");
    }
    second.close();
  }

  /** What was done under it is done; a folder in its place cannot even be read. */
  @Test
  void aLockThatCannotBeGivenBackIsNoFailure() throws IOException {
    OutputLock first = acquire("r1");
    Files.delete(output.resolve("lock.json"));
    Files.createDirectories(output.resolve("lock.json/in-the-way"));
    first.close();
    assertThat(output.resolve("lock.json")).isDirectory();
  }

  @Test
  void othersCanTellWhetherItIsHeld() {
    Configuration hadoop = new Configuration(false);
    assertThat(OutputLock.isHeld(output.toString(), hadoop, clock)).isFalse();
    OutputLock lock = acquire("r1");
    assertThat(OutputLock.isHeld(output.toString(), hadoop, clock)).isTrue();
    clock.forward(600);
    assertThat(OutputLock.isHeld(output.toString(), hadoop, clock)).as("expired").isFalse();
    lock.close();
    assertThat(OutputLock.isHeld(output.toString(), hadoop, clock)).isFalse();
  }

  @Test
  void aHolderThatSleptPastItsExpiryDoesNotGoOn() {
    try (OutputLock first = acquire("r1")) {
      clock.forward(601);
      assertThatThrownBy(first::confirm).isInstanceOf(LockedException.class);
    }
  }

  @Test
  void aTakeoverThatDiedHalfwayDoesNotBlockForEver() {
    OutputLock first = acquire("r1");
    clock.forward(600);
    Store store = Store.at(output.toString(), new Configuration(false));
    OutputLock.Holder dead =
        Json.read(store.read("lock.json").orElseThrow(), OutputLock.Holder.class, "lock.json");
    String marker = "lock.takeover-" + dead.token() + "-1.json";
    store.create(
        marker,
        Json.write(
            new OutputLock.Holder(
                "other", "r2", "host", 1, clock.instant(), clock.instant(), 600, null)));
    assertThatThrownBy(() -> acquire("r3"))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("run 'r2'");
    clock.forward(600);
    acquire("r3").close();
    first.close();
    assertThat(store.exists(marker)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLockWhoseProcessIsGoneIsTakenOverAtOnce() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Store store = Store.at(output.toString(), new Configuration(false));
    store.create("lock.json", Json.write(holder(ended.pid(), OutputLock.place())));
    OutputLock second = acquire("r2");
    second.confirm();
    second.close();
  }

  @Test
  void aProcessOfAnotherPlaceIsNotTakenForGone() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    for (String place : new String[] {"another-start pid:[1]", null}) {
      Store store = Store.at(output.toString(), new Configuration(false));
      store.replace("lock.json", Json.write(holder(ended.pid(), place)));
      assertThatThrownBy(() -> acquire("r2"))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("run 'r1'");
    }
  }

  private OutputLock.Holder holder(long pid, String place) {
    return new OutputLock.Holder(
        "first", "r1", "host", pid, clock.instant(), clock.instant(), 600, place);
  }

  @Test
  void aLockThatIsNotFilledYetCountsAsHeld() throws IOException {
    Path file = output.resolve("lock.json");
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    assertThatThrownBy(() -> acquire("r1")).isInstanceOf(LockedException.class);
    clock.forward(60);
    acquire("r1").close();
  }

  @Test
  void ofManyContendersOneGetsTheLockFreshOrDead() throws Exception {
    List<OutputLock> fresh = winners("fresh");
    clock.forward(3600);
    List<OutputLock> afterDeath = winners("dead");
    assertThat(fresh).hasSize(1);
    assertThat(afterDeath).hasSize(1);
    fresh.get(0).close();
    afterDeath.get(0).confirm();
    afterDeath.get(0).close();
  }

  private List<OutputLock> winners(String name) throws Exception {
    int contenders = 8;
    ExecutorService threads = Executors.newFixedThreadPool(contenders);
    try {
      CyclicBarrier together = new CyclicBarrier(contenders);
      List<Future<Optional<OutputLock>>> results = new ArrayList<>();
      for (int contender = 0; contender < contenders; contender++) {
        String runId = name + contender;
        Callable<Optional<OutputLock>> attempt =
            () -> {
              together.await();
              try {
                return Optional.of(acquire(runId));
              } catch (LockedException e) {
                return Optional.empty();
              }
            };
        results.add(threads.submit(attempt));
      }
      List<OutputLock> winners = new ArrayList<>();
      for (Future<Optional<OutputLock>> result : results) {
        result.get().ifPresent(winners::add);
      }
      return winners;
    } finally {
      threads.shutdown();
    }
  }
}
