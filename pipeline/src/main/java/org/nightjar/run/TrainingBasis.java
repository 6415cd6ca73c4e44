package org.nightjar.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.features.Features;
import org.nightjar.rank.RankFeatures;

/**
 * What trained models and a learned ranking rest on and a refresh must share: the settings that
 * shape what they were trained on, and the features of the ranking. Known from the configuration
 * and the code alone, before anything is read.
 *
 * @param definition see {@link RankFeatures#DEFINITION}
 * @param settings by path, see {@link ConfigurationLoader#settings}; no path or option of a source,
 *     which may change from day to day
 * @param features names of the ranking's features, in order; empty where none is learned
 */
record TrainingBasis(int definition, Map<String, String> settings, List<String> features) {
  /** Sections, or parts of them, that shape what is trained, features and lists. */
  private static final List<String> SHAPING =
      List.of("userAttributes", "itemAttributes", "clean", "features", "models", "rank");

  /** Of {@code clean}, what decides whether a night goes on, not what it is made of. */
  private static final String BUDGETS = "clean.budgets";

  /** What the canonical columns are made of. */
  private static final String COLUMNS = "sources\\.(users|items|events\\.\\d+)\\.columns\\b.*";

  /** Most features that are told one by one of each kind of difference. */
  private static final int TOLD = 20;

  private static final String NOT_SET = "not set";

  TrainingBasis {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    features = List.copyOf(features);
  }

  /** What training with a configuration rests on. */
  static TrainingBasis of(Configuration configuration) {
    Map<String, String> settings = new LinkedHashMap<>();
    ConfigurationLoader.settings(configuration)
        .forEach(
            (path, value) -> {
              if (shapes(path)) {
                settings.put(path, value);
              }
            });
    return new TrainingBasis(
        RankFeatures.DEFINITION,
        settings,
        configuration.rank().learned().enabled()
            ? RankFeatures.names(
                List.copyOf(configuration.models().keySet()),
                Features.itemColumns(configuration),
                Features.userColumns(configuration))
            : List.of());
  }

  private static boolean shapes(String path) {
    return (SHAPING.stream().anyMatch(section -> isWithin(path, section))
            && !isWithin(path, BUDGETS))
        || path.matches(COLUMNS);
  }

  private static boolean isWithin(String path, String section) {
    return path.equals(section) || path.startsWith(section + ".");
  }

  /** SHA-256 of all of it. */
  String fingerprint() {
    List<String> sorted =
        settings.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .sorted()
            .toList();
    return InputFingerprints.sha256(
        String.join("\n", String.valueOf(definition), sorted.toString(), features.toString()));
  }

  /** Every difference from what was trained, this, to what there is now, as a text each. */
  List<String> differences(TrainingBasis now) {
    List<String> differences = new ArrayList<>();
    Set<String> paths = new LinkedHashSet<>(settings.keySet());
    paths.addAll(now.settings.keySet());
    paths.stream()
        .sorted()
        .forEach(
            path -> {
              String was = settings.getOrDefault(path, NOT_SET);
              String is = now.settings.getOrDefault(path, NOT_SET);
              if (!was.equals(is)) {
                differences.add(String.format("%s was %s, is %s", path, was, is));
              }
            });
    Set<String> common = new LinkedHashSet<>(features);
    common.retainAll(now.features);
    tell(differences, "is missing", without(features, common));
    tell(differences, "is new", without(now.features, common));
    tell(differences, "has moved", moved(List.copyOf(common), now.features));
    if (definition != now.definition) {
      differences.add(
          String.format(
              "the features were computed by their definition %d, this version of Nightjar has %d",
              definition, now.definition));
    }
    return differences;
  }

  private static List<String> without(List<String> names, Set<String> others) {
    return names.stream().filter(name -> !others.contains(name)).toList();
  }

  /** Those that stand in another order among the common ones. */
  private static List<String> moved(List<String> common, List<String> now) {
    List<String> inOrder = now.stream().filter(common::contains).toList();
    List<String> moved = new ArrayList<>();
    for (int at = 0; at < common.size(); at++) {
      if (!common.get(at).equals(inOrder.get(at))) {
        moved.add(common.get(at));
      }
    }
    return moved;
  }

  private static void tell(List<String> differences, String what, List<String> names) {
    names.stream()
        .limit(TOLD)
        .forEach(name -> differences.add(String.format("feature '%s' %s", name, what)));
    if (names.size() > TOLD) {
      differences.add(String.format("of %d more features each %s", names.size() - TOLD, what));
    }
  }
}
