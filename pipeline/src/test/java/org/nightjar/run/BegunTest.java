package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.publish.Releases;

class BegunTest {
  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path output;

  @Test
  void runsWhoseFileIsDamagedAreLeftOutAndStopNobody() throws IOException {
    Instant start = Instant.parse("2024-01-01T02:00:00Z");
    new Begun("r2", start.plusSeconds(60)).record(output.toString(), HADOOP);
    new Begun("r1", start).record(output.toString(), HADOOP);
    for (String text : List.of("", "{", "{}", "null", "{\"run_id\": \"r3\"}")) {
      Files.createDirectories(output.resolve("work/r3"));
      Files.writeString(output.resolve("work/r3/run.json"), text);
      Files.writeString(output.resolve("work/notes.txt"), "no folder");
      assertThat(Begun.all(output.toString(), HADOOP))
          .as(text)
          .extracting(Begun::runId)
          .containsExactly("r1", "r2");
    }
  }

  /** It cannot be sealed again, so that nothing would ever end it. */
  @Test
  void aSealedRunWhoseManifestIsDamagedIsNotResumed() throws IOException {
    Files.createDirectories(output.resolve("releases/r1"));
    Files.writeString(output.resolve("releases/r1/manifest.json"), "{");
    Releases releases = Releases.at(output.toString(), HADOOP, Clock.systemUTC());
    assertThat(Begun.state("r1", output.toString(), releases, HADOOP))
        .isEqualTo(Begun.State.DAMAGED);
    assertThat(Begun.state("r2", output.toString(), releases, HADOOP))
        .isEqualTo(Begun.State.UNFINISHED);
  }
}
