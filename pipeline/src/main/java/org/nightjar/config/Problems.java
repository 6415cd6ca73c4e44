package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nightjar.InputException;

/**
 * The problems found so far, each with its place in the configuration ({@code models.als.rank}),
 * and the places whose value could not be used, so that later checks do not judge what stands in
 * for it.
 */
final class Problems {
  private static final int LONGEST_VALUE = 80;

  private final Set<String> sentences = new LinkedHashSet<>();
  private final Set<String> unusable = new LinkedHashSet<>();

  /** A problem as a sentence that goes on after the place: {@code "is missing"}. */
  void add(String place, String predicate) {
    sentences.add((place.isEmpty() ? "the configuration" : place) + " " + predicate);
  }

  /** A problem that has no single place, or names it itself. */
  void add(String sentence) {
    sentences.add(sentence);
  }

  /** Notes that the value at this place is not the user's, but stands in for an unusable one. */
  void markUnusable(String place) {
    unusable.add(place);
  }

  /** Whether the value at this place stands in for an unusable one. */
  boolean isUnusable(String place) {
    return unusable.contains(place);
  }

  /** Whether the value at any place that matches as a whole stands in for an unusable one. */
  boolean isAnyUnusable(String placePattern) {
    return unusable.stream().anyMatch(place -> place.matches(placePattern));
  }

  List<String> sentences() {
    return new ArrayList<>(sentences);
  }

  /** Throws all problems, each with the name of the file in front, if there are any. */
  void throwIfAny(String origin) {
    if (!sentences.isEmpty()) {
      throw new InputException(sentences.stream().map(s -> origin + ": " + s).toList());
    }
  }

  /** The place of a key below another place. */
  static String at(String place, String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  /** A value as messages show it: short, and without secrets. */
  static String shown(String place, JsonNode value) {
    JsonNode masked = Secrets.masked(SecretNames.optionOf(place), value);
    String text =
        masked.isTextual()
            ? masked.textValue()
            : masked.isMissingNode() ? "" : masked.toString().replace("\"", "");
    String cut = text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE - 1) + "…" : text;
    return value.isContainerNode() || cut.equals(Secrets.MASK) ? cut : "'" + cut + "'";
  }
}
