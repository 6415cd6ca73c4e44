package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class NightjarTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpAndVersionGoToStdout() {
    assertThat(execute("--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("Usage: nightjar", "Exit codes:");
    assertThat(execute("--version")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("Nightjar development");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void noCommandIsACommandLineError() {
    assertThat(execute()).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(err.toString()).contains("Which command?", "See 'nightjar --help'.");
  }

  private int execute(String... args) {
    return Nightjar.execute(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }
}
