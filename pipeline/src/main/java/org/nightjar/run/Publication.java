package org.nightjar.run;

import java.util.Map;
import java.util.Optional;
import org.nightjar.publish.Audit;
import org.nightjar.publish.OutputLock;
import org.nightjar.publish.Releases;

/**
 * What happens once a release is sealed: the lock is confirmed and, if the release is sound, the
 * pointer swapped. Until then anything may fail, and the run is resumed or begun again. From the
 * swap on the run is published, whatever happens: work files and old releases are removed, the
 * database and the metrics file are written and the end is recorded as well as can be. A step that
 * fails is a warning, in the audit log and for the caller; only a failing export has a result of
 * its own. Steps that an earlier process was cut off in are all done again by {@code resume}.
 */
final class Publication {
  /** In the ledger: all that follows the swap is done; a run without it is not finished. */
  static final String STEP = "publication";

  private final RunContext context;
  private final OutputLock lock;
  private final Audit audit;
  private final BestEffort steps;
  private Optional<String> exportFailure = Optional.empty();

  Publication(RunContext context, OutputLock lock, Audit audit) {
    this.context = context;
    this.lock = lock;
    this.audit = audit;
    this.steps =
        new BestEffort(
            "Run "
                + context.runId()
                + (isSound(context) ? " is published" : " is refused by the gate"));
  }

  /**
   * Makes the sealed release current if it is sound, and does what follows.
   *
   * @param sealed what the run came to
   * @return the same, with the steps that failed
   */
  NightResult publish(NightResult sealed) {
    boolean sound = isSound(context);
    if (sound) {
      lock.confirm();
      swap();
      afterSwap();
    }
    steps.step(
        "the metrics file was not written",
        "Look at output.metricsFile; the next run writes it.",
        () -> MetricsFile.write(context, sound));
    steps.step(
        "its end was not recorded in audit/",
        "Look at the output's folder.",
        () ->
            audit.add(
                Audit.Event.FINISHED,
                context.options().command(),
                context.runId(),
                context.inputs(),
                outcome(sound),
                steps.failures()));
    if (sound && exportFailure.isEmpty()) {
      steps.step(
          "its work folder does not say so",
          "A `resume` would do again what follows the swap, which does no harm.",
          () ->
              context.ledger().finish(STEP, new Ledger.Entry(context.runId(), 0, Map.of(), null)));
    }
    return sealed.with(sound, steps.warnings(), exportFailure.orElse(null));
  }

  /** A failure after the pointer has moved, such as an answer that was lost, is a warning, too. */
  private void swap() {
    Releases releases = context.releases();
    try {
      releases.promote(context.runId());
    } catch (RuntimeException failure) {
      if (!isCurrent(failure)) {
        throw failure;
      }
      steps.failed(
          "the pointer could not be looked at after its swap", "Look at it: releases.", failure);
    }
  }

  private boolean isCurrent(RuntimeException failure) {
    try {
      return context.releases().isCurrent(context.runId());
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
      return false;
    }
  }

  private void afterSwap() {
    steps.step(
        "its work files were not all removed",
        "The next run removes them.",
        () -> {
          context.workspace().delete("ingest");
          context.workspace().deleteOtherRuns();
        });
    steps.step(
        "old releases were not removed",
        "The next run removes them, or: clean.",
        () ->
            OutputCleaning.surplus(
                context.configuration().output(), context.releases(), context.hadoop()));
    exportFailure = ReleaseExport.afterPublication(context);
  }

  private String outcome(boolean sound) {
    if (!sound) {
      return "refused by the gate";
    }
    return exportFailure.isPresent() ? "published, but not exported" : "published";
  }

  private static boolean isSound(RunContext context) {
    return context.verdict().orElseThrow().passed();
  }
}
