package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final List<String> STAGES = List.of("clean", "models", "publish");

  private final HandClock clock = new HandClock();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void withoutAnEarlierRunEachStageCountsTheSame() {
    Progress progress = progress(Progress.Mode.PLAIN, Map.of());

    progress.start("clean");
    clock.pass(10);
    progress.finish("clean", Map.of("events", 240_773L));
    progress.start("models");

    assertThat(lines())
        .containsExactly(
            "[1/3] clean …",
            "[1/3] clean done in 10.0 s events=240773",
            "[2/3] models … (10.0 s elapsed, about 20.0 s left)");
  }

  @Test
  void anEarlierRunIsScaledByThePaceOfThisOne() {
    Progress progress =
        progress(Progress.Mode.PLAIN, Map.of("clean", 5.0, "models", 100.0, "publish", 7.0));

    progress.start("clean");
    assertThat(progress.left()).hasValue(112);
    clock.pass(10); // twice what it took then
    progress.finish("clean", Map.of());
    progress.start("models");
    clock.pass(50);

    assertThat(progress.left()).hasValue(2 * 100 - 50 + 2 * 7);
    clock.pass(1000); // far over: no negative estimate
    assertThat(progress.left()).hasValue(14);
  }

  @Test
  void aStageUnknownToTheEarlierRunCountsAsTheAverageOne() {
    Progress progress = progress(Progress.Mode.QUIET, Map.of("clean", 4.0, "models", 8.0));

    assertThat(progress.left()).hasValue(4 + 8 + 6);
    assertThat(lines()).isEmpty();
  }

  @Test
  void whatIsExpectedOnTheWayTakesThePlaceOfEqualStages() {
    Progress progress = progress(Progress.Mode.QUIET, Map.of());

    progress.start("clean");
    clock.pass(10);
    progress.finish("clean", Map.of());
    assertThat(progress.left()).hasValue(20);
    progress.expect(Map.of("clean", 5.0, "models", 100.0, "publish", 7.0));
    assertThat(progress.left()).hasValue(2 * 107);
  }

  @Test
  void skippedStagesCostNothing() {
    Progress progress = progress(Progress.Mode.PLAIN, Map.of());

    progress.skip("clean", "finished before");
    progress.start("models");
    clock.pass(90);
    progress.finish("models", Map.of());
    progress.skip("publish", "nothing new");
    progress.done();

    assertThat(progress.left()).hasValue(0);
    assertThat(progress.seconds()).containsExactly(Map.entry("models", 90.0));
    assertThat(lines())
        .containsExactly(
            "[1/3] clean skipped: finished before",
            "[2/3] models …",
            "[2/3] models done in 1 min 30 s",
            "[3/3] publish skipped: nothing new",
            "done: 1 of 3 stages ran, 1 min 30 s");
  }

  @Test
  void jsonHasOneObjectPerLine() {
    Progress progress = progress(Progress.Mode.JSON, Map.of());

    progress.start("clean");
    clock.pass(2);
    progress.finish("clean", Map.of("users", 801L));
    progress.done();

    assertThat(lines())
        .containsExactly(
            "{\"event\":\"start\",\"stage\":\"clean\",\"number\":1,\"of\":3,\"elapsed_seconds\":0.0}",
            "{\"event\":\"finish\",\"stage\":\"clean\",\"number\":1,\"of\":3,\"seconds\":2.0,"
                + "\"counts\":{\"users\":801},\"elapsed_seconds\":2.0,\"left_seconds\":4.0}",
            "{\"event\":\"done\",\"of\":3,\"elapsed_seconds\":2.0,\"stage_seconds\":{\"clean\":2.0}}");
  }

  @Test
  void stagesMustBePlannedAndEndBeforeTheNext() {
    Progress progress = progress(Progress.Mode.QUIET, Map.of());

    assertThatThrownBy(() -> progress.start("bench")).hasMessageContaining("bench");
    progress.start("clean");
    assertThatThrownBy(() -> progress.start("models")).hasMessageContaining("while 'clean' runs");
    assertThatThrownBy(() -> progress.finish("models", Map.of()))
        .hasMessageContaining("'clean' runs");
  }

  @Test
  void durations() {
    assertThat(Progress.duration(0.04)).isEqualTo("0.0 s");
    assertThat(Progress.duration(59.96)).isEqualTo("1 min 00 s");
    assertThat(Progress.duration(185)).isEqualTo("3 min 05 s");
    assertThat(Progress.duration(7620)).isEqualTo("2 h 07 min");
  }

  private Progress progress(Progress.Mode mode, Map<String, Double> lastSeconds) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new Progress(out, mode, STAGES, lastSeconds, clock);
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** A clock that only moves when told. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2017-12-01T00:00:00Z");

    void pass(long seconds) {
      now = now.plusSeconds(seconds);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
