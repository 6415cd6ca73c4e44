package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.BlendWeights;
import org.nightjar.run.NightResult;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What is said of a night, and what the process ends with. */
class RunCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aStepThatFailedAfterTheSwapIsAWarning() {
    assertThat(told(result(true, List.of("Run r1 is published, but …."), null, false)))
        .isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).contains("Warning: Run r1 is published, but ….");
    assertThat(out.toString()).contains("Published r1");
  }

  @Test
  void aReleaseThatIsNotExportedHasAnExitCodeOfItsOwn() {
    assertThat(told(result(true, List.of(), "no such database", false)))
        .isEqualTo(ExitCode.NOT_EXPORTED);
    assertThat(told(result(false, List.of(), null, false))).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void aRunThatHasEndedBeforeIsDoneOrRefused() {
    assertThat(told(result(true, List.of(), null, true))).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("r1 is published already");
    assertThat(told(result(false, List.of(), null, true))).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString()).contains("r1 has ended already");
  }

  @Test
  void aFaultInShowingTheResultChangesNothing() {
    CommandSpec spec = CommandSpec.create();
    new CommandLine(spec).setOut(new Broken()).setErr(new PrintWriter(err, true));
    assertThat(RunCommand.told(result(true, List.of(), null, false), spec))
        .isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).contains("could not be shown", "broken");
  }

  private int told(NightResult result) {
    CommandSpec spec = CommandSpec.create();
    new CommandLine(spec).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return RunCommand.told(result, spec);
  }

  private static NightResult result(
      boolean published, List<String> failedSteps, String exportFailure, boolean endedBefore) {
    return new NightResult(
        "r1",
        "/out/releases/r1",
        Verdict.of(published ? List.of() : List.of("Too few lists.")),
        List.of(),
        5,
        List.of(),
        new BlendWeights(Map.of()),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        published,
        failedSteps,
        exportFailure,
        endedBefore);
  }

  private static final class Broken extends PrintWriter {
    Broken() {
      super(new StringWriter());
    }

    @Override
    public PrintWriter printf(String format, Object... values) {
      throw new IllegalStateException("broken");
    }
  }
}
