package org.nightjar.run;

import java.time.Instant;

/**
 * The events as somebody at an earlier instant would have seen them. The {@code full} view holds
 * everything before the cutoff and gives the published lists; each holdout view lacks its fold's
 * truth and teaches the ranking.
 *
 * @param name names the view's folder in the {@link Workspace}
 * @param fold number of the holdout fold, from 0; −1 for the full view
 * @param measured whether metrics are measured on the view; not so for windows before the last
 * @param cutoff the instant that counts as now in this view
 */
public record View(String name, int fold, boolean measured, Instant cutoff) {
  /** The view that is published. */
  public static final String FULL = "full";

  /** The published view. */
  static View full(Instant cutoff) {
    return new View(FULL, -1, false, cutoff);
  }

  /** Whether truth is held out. */
  public boolean isHoldout() {
    return fold >= 0;
  }
}
