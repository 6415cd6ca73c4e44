package org.nightjar;

import java.util.List;

/**
 * The user's input or configuration cannot be used. Carries every problem found, each a full
 * sentence with place, value and remedy. Commands print the problems without a stack trace and end
 * with exit code 2.
 */
public final class InputException extends RuntimeException {
  private final List<String> problems;

  /** One problem. */
  public InputException(String problem) {
    this(List.of(problem));
  }

  /** Several problems at once; the list must not be empty. */
  public InputException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** One problem, with the failure below it kept for the log. */
  public InputException(String problem, Throwable cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  /** Every problem, in the order found. */
  public List<String> problems() {
    return problems;
  }
}
