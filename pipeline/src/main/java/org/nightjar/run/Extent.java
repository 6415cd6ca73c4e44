package org.nightjar.run;

/**
 * Which part of a night to run.
 *
 * @param resume whether to go on with the run that was cut off, whatever has changed since; without
 *     it that is done only where its sources are as they were, and a new run begun otherwise
 * @param until the last stage to run; null for all, and the swap
 */
public record Extent(boolean resume, String until) {
  /** A whole night. */
  public static final Extent ALL = new Extent(false, null);
}
