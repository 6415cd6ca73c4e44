package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestEffortTest {
  @Test
  void whateverAStepThrowsTheNextOneRuns() {
    BestEffort steps = new BestEffort("Run r1 is published");
    List<String> done = new ArrayList<>();
    steps.step("a was not done", "Look at a.", () -> done.add("a"));
    steps.step(
        "b was not done",
        "Look at b.",
        () -> {
          throw new IOException("disk full: user ann\nsecond line", new InterruptedException());
        });
    steps.step(
        "c was not done",
        "Look at c.",
        () -> {
          throw new OutOfMemoryError();
        });
    steps.step("d was not done", "Look at d.", () -> done.add("d"));

    assertThat(done).containsExactly("a", "d");
    assertThat(steps.warnings())
        .containsExactly(
            "Run r1 is published, but b was not done (IOException: disk full: user ann). Look at b.",
            "Run r1 is published, but c was not done (OutOfMemoryError). Look at c.");
    assertThat(steps.failures())
        .as("for the audit log: no words of failures")
        .containsExactly(
            "b was not done: java.io.IOException caused by java.lang.InterruptedException",
            "c was not done: java.lang.OutOfMemoryError");
  }
}
