package org.nightjar.config;

import java.util.List;
import org.nightjar.Require;
import org.nightjar.Setting;

/** How features are computed. */
public record FeatureSettings(
    @Setting(
            value = "Windows before the cutoff, in days, for counts and popularity.",
            byDefault = "[7, 28, 91]")
        List<Integer> windowsDays,
    @Setting(value = "Half-life of decayed popularity, in days.", byDefault = "28")
        double halfLifeDays,
    @Setting(
            value = "Number of price bands (quantiles of the catalogue's prices), 1 to 100.",
            byDefault = "5")
        int priceBands,
    @Setting(
            value = "Scaling of numeric profile features: `none`, `min-max` or `z-score`.",
            byDefault = "none")
        Scaling scaling,
    @Setting(
            value = "Event types that count in features, such as [purchase]; empty: all.",
            byDefault = "[]")
        List<String> eventTypes,
    @Setting(
            value =
                "Levels of a categorical attribute, or top-level categories, that features tell apart: those of most rows (ties"
                    + " by name). The rest count as `other`, and a warning says how many they are.",
            byDefault = "1000")
        int maxLevels) {

  /** Scaling of numeric features. */
  public enum Scaling {
    NONE,
    MIN_MAX,
    Z_SCORE
  }

  public FeatureSettings {
    Require.that(
        windowsDays.stream().allMatch(d -> d > 0),
        "windowsDays is %s but all must be > 0",
        windowsDays);
    Require.that(
        windowsDays.stream().distinct().count() == windowsDays.size(),
        "windowsDays is %s but names a window twice",
        windowsDays);
    Require.that(halfLifeDays > 0, "halfLifeDays is %s but must be > 0", halfLifeDays);
    Require.that(
        priceBands >= 1 && priceBands <= 100,
        "priceBands is %s but must be from 1 to 100",
        priceBands);
    Require.that(maxLevels >= 1, "maxLevels is %s but must be >= 1", maxLevels);
  }
}
