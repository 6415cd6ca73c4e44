package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

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

  @Test
  void typosAreACommandLineErrorWithASuggestion() {
    assertThat(execute("relases")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(err.toString()).contains("'relases'", "Did you mean: nightjar releases");
    assertThat(execute("releases", "--cnf", "x")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(err.toString()).contains("'--cnf'", "See 'nightjar releases --help'.");
    assertThat(execute("validate", "--as-of", "yesterday")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(err.toString()).contains("'--as-of'", "yesterday");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void inputProblemsAreOneLineEachWithoutStackTrace() {
    assertThat(execute("validate", "--conf", "/nowhere/night.yaml")).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("/nowhere/night.yaml");
  }

  @Test
  void aSearchHasOneBudgetAboveNothing() {
    assertThat(execute("tune", "--minutes", "5", "--trials", "9")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(err.toString()).contains("--minutes", "mutually exclusive");
    assertThat(execute("tune", "--trials", "0")).isEqualTo(ExitCode.COMMAND_LINE);
    assertThat(err.toString()).contains("must be at least 1", "See 'nightjar tune --help'.");
    assertThat(execute("tune", "--conf", "/nowhere/night.yaml")).isEqualTo(ExitCode.INPUT);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void theReadmeNamesEveryCommand() throws IOException {
    String readme =
        Files.readString(Path.of(System.getProperty("nightjar.root", ".."), "README.md"));

    assertThat(new CommandLine(new Nightjar()).getSubcommands().keySet())
        .isNotEmpty()
        .allSatisfy(command -> assertThat(readme).containsPattern("\\| `" + command + "[` ]"));
  }

  private int execute(String... args) {
    return Nightjar.execute(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }
}
