package org.nightjar.run;

import java.util.Map;

/**
 * A step of the night, and the only place with IO: reads and writes tables of the {@link
 * Workspace}.
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
}
