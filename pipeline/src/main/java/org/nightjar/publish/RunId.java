package org.nightjar.publish;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.nightjar.Require;
import org.nightjar.config.Names;

/** Names of runs: they sort by time and are safe in a path, such as 20171201T020000Z-3f9c2a. */
public final class RunId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int FINGERPRINT_DIGITS = 6;

  private RunId() {}

  /**
   * The id of a run.
   *
   * @param at the instant the run stands for; cut to whole seconds
   * @param fingerprint hexadecimal digest of inputs, configuration and code; the first six digits
   *     are used
   * @throws org.nightjar.InputException if the fingerprint has fewer than six hexadecimal digits
   */
  public static String of(Instant at, String fingerprint) {
    Require.that(
        fingerprint.matches("[0-9a-f]{" + FINGERPRINT_DIGITS + ",}"),
        "fingerprint is '%s' but must be at least %s hexadecimal digits in lower case",
        fingerprint,
        FINGERPRINT_DIGITS);
    return TIME.format(at) + "-" + fingerprint.substring(0, FINGERPRINT_DIGITS);
  }

  /** Whether the text may name a run, that is: can do no harm in a path; see {@link Names}. */
  public static boolean isSafe(String text) {
    return Names.isName(text);
  }
}
