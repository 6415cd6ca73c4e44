package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;

class AuditTest {
  @TempDir Path output;

  private Audit audit(Path folder) {
    return new Audit(folder.toString(), new Configuration(false), new Samples.SetClock());
  }

  @Test
  void whatIsDoneIsRecordedWithWhoDidIt() throws IOException {
    assertThat(audit(output).around("pin r1", "r1", () -> 7, count -> "pinned " + count))
        .isEqualTo(7);
    assertThat(Files.readString(output.resolve("audit/00000001-finished.json")))
        .contains("\"user\" : \"" + System.getProperty("user.name") + "\"")
        .contains("\"command\" : \"pin r1\"", "\"run_id\" : \"r1\"", "\"outcome\" : \"pinned 7\"");
  }

  @Test
  void aFailureIsRecordedByItsClassesWithoutTheirWords() throws IOException {
    assertThatThrownBy(
            () ->
                audit(output)
                    .around(
                        "clean",
                        null,
                        () -> {
                          throw new IllegalStateException(
                              "user ann", new IOException("password=x"));
                        },
                        done -> "removed"))
        .hasMessage("user ann");
    assertThat(Files.readString(output.resolve("audit/00000001-failed.json")))
        .contains("failed: java.lang.IllegalStateException caused by java.io.IOException")
        .doesNotContain("ann", "password");
  }

  /** A mistyped output must not come into being by a failed command. */
  @Test
  void aFailureInAnOutputThatDoesNotExistLeavesNothing() {
    Path absent = output.resolve("absent");
    assertThatThrownBy(
            () ->
                audit(absent)
                    .around(
                        "rollback",
                        null,
                        () -> {
                          throw new InputException("Nothing is published.");
                        },
                        done -> ""))
        .isInstanceOf(InputException.class);
    assertThat(absent).doesNotExist();
  }

  @Test
  void whatIsDoneStandsEvenIfItCannotBeRecorded() throws IOException {
    Files.writeString(output.resolve("audit"), "in the way");
    assertThat(audit(output).around("rollback", null, () -> "r1", run -> run)).isEqualTo("r1");
  }
}
