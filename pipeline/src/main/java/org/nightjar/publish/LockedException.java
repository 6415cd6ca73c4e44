package org.nightjar.publish;

/**
 * Another run holds the lock of the output; the message names the holder. Commands print it without
 * a stack trace and end with exit code 5.
 */
public final class LockedException extends RuntimeException {
  /** With the sentence that names the holder. */
  public LockedException(String message) {
    super(message);
  }
}
