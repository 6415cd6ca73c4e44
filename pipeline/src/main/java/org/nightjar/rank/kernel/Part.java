package org.nightjar.rank.kernel;

/**
 * A part of a score: what something that is known of the user adds to it.
 *
 * @param kind {@link Kind}
 * @param item index of the past purchase; −1 for other kinds
 * @param level {@code attribute=level} of the profile; empty for other kinds
 * @param value what it adds; parts of a score sum to it
 */
public record Part(Kind kind, int item, String level, double value) {

  /** What is known. */
  public enum Kind {
    /** The user had this item. */
    HAD,
    /** The user's profile. */
    PROFILE,
    /** How the item does with everybody. */
    EVERYBODY
  }

  /** What a past purchase adds. */
  public static Part had(int item, double value) {
    return new Part(Kind.HAD, item, "", value);
  }

  /** What a level of the profile adds. */
  public static Part profile(String attribute, String level, double value) {
    return new Part(Kind.PROFILE, -1, attribute + "=" + level, value);
  }

  /** What is the same for everybody. */
  public static Part everybody(double value) {
    return new Part(Kind.EVERYBODY, -1, "", value);
  }
}
