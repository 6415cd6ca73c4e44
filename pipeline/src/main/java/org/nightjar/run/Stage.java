package org.nightjar.run;

import java.util.Map;

/**
 * A step of the night, and the only place with IO: reads and writes tables of the {@link
 * Workspace}. What it finds out beside them goes into {@link Findings}, so that a resumed run can
 * leave out the stages that were finished. The folder of the workspace that bears its name is its
 * own and empty when it runs.
 */
interface Stage {
  /** As shown in progress lines and recorded with the run time. */
  String name();

  /**
   * Does the work.
   *
   * @return counts for the progress line and the log, by name; no ids, no values of users
   */
  Map<String, Long> run(RunContext context);

  /**
   * Whether what it wrote is still there, where that may go without the ledger; asked of a stage
   * that was finished, what it found out being restored. If not, it runs again, and all after it.
   */
  default boolean isWhole(RunContext context) {
    return true;
  }

  /** Whether to run even if it was finished before, since its outcome is needed in memory. */
  default boolean isRepeated() {
    return false;
  }
}
