package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;

class RetentionTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final long HOUR_SECONDS = 3600;

  @TempDir Path output;
  private final Samples.SetClock clock = new Samples.SetClock();

  private Releases releases() {
    return Releases.at(output.toString(), new Configuration(false), clock);
  }

  private void publish(String... runs) {
    for (String run : runs) {
      Samples.seal(output, run);
      releases().promote(run);
      clock.forward(HOUR_SECONDS);
    }
  }

  private List<String> runs() {
    return releases().list().stream().map(ReleaseInfo::runId).toList();
  }

  @Test
  void theNewestStayAndWhatMayStillBeRead() {
    publish("r1", "r2", "r3", "r4", "r5");
    assertThat(releases().clean(2, DAY, run -> false))
        .as("all were current within a day")
        .isEmpty();
    clock.forward(22 * HOUR_SECONDS);
    // r1 ceased to be current 26 hours ago, r2 25, r3 24.
    assertThat(releases().clean(2, DAY, run -> false)).containsExactly("r1", "r2", "r3");
    assertThat(runs()).containsExactly("r4", "r5");
    assertThat(output.resolve("releases/r1")).doesNotExist();
  }

  @Test
  void theCurrentAndPinnedOnesStay() {
    publish("r1", "r2", "r3", "r4", "r5");
    releases().promote("r2");
    releases().pin("r1", true);
    clock.forward(100 * HOUR_SECONDS);
    assertThat(releases().clean(1, DAY, run -> false)).containsExactly("r3", "r4");
    assertThat(runs()).containsExactly("r1", "r2", "r5");
    assertThat(releases().list())
        .extracting(ReleaseInfo::pinned)
        .containsExactly(true, false, false);
    releases().pin("r1", false);
    assertThat(releases().clean(1, DAY, run -> false)).containsExactly("r1");
    assertThatThrownBy(() -> releases().pin("r9", true)).isInstanceOf(InputException.class);
  }

  @Test
  void refusedOnesGoWithPublishedOnesOfTheirAge() throws IOException {
    Samples.seal(output, "r0", "rows", Verdict.of(List.of("Lists have collapsed.")));
    publish("r1", "r2");
    Samples.seal(output, "r3", "rows", Verdict.of(List.of("Lists have collapsed.")));
    Files.createDirectories(output.resolve("releases/r4/recommendations"));
    clock.forward(100 * HOUR_SECONDS);
    assertThat(releases().clean(0, DAY, run -> false)).as("0 keeps all").isEmpty();
    assertThat(output.resolve("releases/r4")).as("never finished").doesNotExist();
    assertThat(releases().clean(1, DAY, run -> false)).containsExactly("r0", "r1");
    assertThat(runs()).containsExactly("r2", "r3");
  }
}
