package org.nightjar.run;

import java.util.ArrayList;
import java.util.List;
import org.nightjar.config.Secrets;
import org.nightjar.publish.Audit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps that follow on something that stands and must not be undone or repeated because one of them
 * fails, whatever it throws: a failure becomes a warning, and the next step runs.
 */
final class BestEffort {
  private static final Logger LOG = LoggerFactory.getLogger(BestEffort.class);

  /** A step; it may throw anything. */
  interface Step {
    /** Does it. */
    void run() throws Exception;
  }

  private final String what;
  private final List<String> warnings = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * None yet.
   *
   * @param what stands whatever happens, to begin the warnings: such as {@code Run X is published}
   */
  BestEffort(String what) {
    this.what = what;
  }

  /**
   * Does a step.
   *
   * @param name what is done, to follow on <em>but</em>: {@code old releases were not removed}
   * @param remedy a full sentence
   */
  void step(String name, String remedy, Step step) {
    try {
      step.run();
    } catch (Throwable failure) { // an error of the JVM, too, leaves what stands as it is
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      failed(name, remedy, failure);
    }
  }

  /** Records that a step failed. */
  void failed(String name, String remedy, Throwable failure) {
    String message = failure.getMessage() == null ? "" : ": " + failure.getMessage();
    warnings.add(
        String.format(
            "%s, but %s (%s%s). %s",
            what,
            name,
            failure.getClass().getSimpleName(),
            Secrets.inMessage(message.lines().findFirst().orElse("")),
            remedy));
    failures.add(name + ": " + Audit.classes(failure));
    LOG.warn("{}, but {}: {}", what, name, Audit.classes(failure));
  }

  /** What failed: full sentences, for whoever started the run. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What failed, with the classes of the failures but without their words, for the audit log. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
