package org.nightjar.run;

/**
 * How an id is written, without telling whose it is: digits become 0, letters a or A; all else
 * stays. Messages show user ids so, since they stand in logs and reports: it is their form that
 * tells of lost zeros, other cases, or spaces.
 */
final class IdShape {
  private static final int MAX_LENGTH = 40;

  private IdShape() {}

  /** The shape of an id, cut after 40 characters. */
  static String of(String id) {
    StringBuilder shape = new StringBuilder();
    id.codePoints().limit(MAX_LENGTH).map(IdShape::ofCharacter).forEach(shape::appendCodePoint);
    return id.codePointCount(0, id.length()) > MAX_LENGTH ? shape + "…" : shape.toString();
  }

  private static int ofCharacter(int character) {
    if (Character.isDigit(character)) {
      return '0';
    }
    if (Character.isLetter(character)) {
      return Character.isUpperCase(character) ? 'A' : 'a';
    }
    return character;
  }
}
