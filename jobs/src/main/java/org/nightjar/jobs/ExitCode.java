package org.nightjar.jobs;

/** What the process ends with; schedulers and scripts rely on these. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** The command line is wrong: unknown command or option, value that cannot be parsed. */
  static final int COMMAND_LINE = 1;

  /** The user's input or configuration cannot be used; said in messages without stack trace. */
  static final int INPUT = 2;

  /** A fault in Nightjar or below it; with stack trace. */
  static final int INTERNAL = 3;

  /** The quality gate refused the release; the previous one stays current. */
  static final int REFUSED = 4;

  /** Another run holds the lock of the output. */
  static final int LOCKED = 5;

  /** The current release could not be copied into the database; readers of the files have it. */
  static final int NOT_EXPORTED = 6;

  private ExitCode() {}
}
