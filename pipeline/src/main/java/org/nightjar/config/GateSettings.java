package org.nightjar.config;

import java.util.Map;
import org.nightjar.Require;
import org.nightjar.Setting;

/**
 * When a finished release is not published. "Last" is the release that is current when the night
 * ends; without one, only the rules act that need none.
 */
public record GateSettings(
    @Setting(
            value =
                "What breaking a rule leads to, by rule: `refuse` (exit code 4, the previous release stays current), `warn` or"
                    + " `off`. Rules: worse-than-last, worse-than-models, too-good, identical-lists, few-items, churn,"
                    + " lost-users, volume, recent-events, drift, future, no-held-out-users; for a refresh untouched and scores"
                    + " besides. Those not named refuse; but `volume` only warns of lists (requested, denied, test), and"
                    + " `no-held-out-users` where no `evaluation.test` is given.",
            byDefault = "{}")
        Map<String, Level> levels,
    @Setting(
            value =
                "`worse-than-last`, `worse-than-models`: share by which MAP may be below that of the last release on the users"
                    + " held out in both, or below the best single model's, 0 to 1. Beyond it the paired bootstrap interval must"
                    + " agree.",
            byDefault = "0.05")
        double maxLoss,
    @Setting(
            value =
                "`too-good`: share by which MAP may be above that of the last release on the users held out in both; more looks"
                    + " like truth that leaks into training.",
            byDefault = "0.5")
        double maxGain,
    @Setting(value = "`too-good`: highest credible MAP, 0 to 1.", byDefault = "0.95") double maxMap,
    @Setting(
            value =
                "`identical-lists`: largest share of users with history who may get the very same list, 0 to 1.",
            byDefault = "0.5")
        double maxIdenticalLists,
    @Setting(
            value =
                "`few-items`: smallest share of the last release's number of distinct recommended items, 0 to 1.",
            byDefault = "0.5")
        double minItemsOfLast,
    @Setting(
            value =
                "`churn`: largest share of rows that the user's last list did not have, over the users of both releases, 0 to 1;"
                    + " of a refresh, over those of them who get a new list.",
            byDefault = "0.8")
        double maxChurn,
    @Setting(
            value =
                "`lost-users`: largest share of the last release's users who may have no list any more, 0 to 1.",
            byDefault = "0.3")
        double maxLostUsers,
    @Setting(
            value =
                "`volume`: share by which a source's rows may shrink, or have been smaller last time, 0 to 1.",
            byDefault = "0.3")
        double maxVolumeChange,
    @Setting(
            value =
                "`recent-events`: the same for events of the last seven days before the cutoff.",
            byDefault = "0.5")
        double maxRecentChange,
    @Setting(
            value =
                "`drift`: largest population stability index of a column against the last release's input; 0.1 is commonly taken"
                    + " for a slight shift, 0.25 for a great one. Shifts within chance do not count.",
            byDefault = "0.25")
        double maxPsi,
    @Setting(
            value =
                "`scores`: largest population stability index of the mean score of a user's list in a refresh against the same"
                    + " users' last lists, in ten bands of equal size. Shifts within chance do not count. It tells lists made by"
                    + " models and features that do not fit together, so it is wider than `maxPsi`.",
            byDefault = "1")
        double maxScorePsi,
    @Setting(
            value =
                "`future`: days by which the cutoff may be ahead of the clock at the start of the run. Refused before anything is trained,"
                    + " with exit code 2.",
            byDefault = "1")
        double maxDaysAhead) {

  /** What breaking a rule leads to. */
  public enum Level {
    OFF,
    WARN,
    REFUSE
  }

  /** The rules. */
  public enum Rule {
    WORSE_THAN_LAST,
    WORSE_THAN_MODELS,
    TOO_GOOD,
    IDENTICAL_LISTS,
    FEW_ITEMS,
    CHURN,
    LOST_USERS,
    VOLUME,
    RECENT_EVENTS,
    DRIFT,
    UNTOUCHED,
    SCORES,
    FUTURE,
    NO_HELD_OUT_USERS;

    /** The name in configuration and manifest, such as {@code worse-than-last}. */
    public String label() {
      return KebabCase.of(this);
    }
  }

  public GateSettings {
    share("maxLoss", maxLoss);
    Require.that(maxGain >= 0, "maxGain is %s but must be >= 0", maxGain);
    share("maxMap", maxMap);
    share("maxIdenticalLists", maxIdenticalLists);
    share("minItemsOfLast", minItemsOfLast);
    share("maxChurn", maxChurn);
    share("maxLostUsers", maxLostUsers);
    share("maxVolumeChange", maxVolumeChange);
    share("maxRecentChange", maxRecentChange);
    Require.that(maxPsi >= 0, "maxPsi is %s but must be >= 0", maxPsi);
    Require.that(maxScorePsi >= 0, "maxScorePsi is %s but must be >= 0", maxScorePsi);
    Require.that(maxDaysAhead >= 0, "maxDaysAhead is %s but must be >= 0 days", maxDaysAhead);
  }

  /** What breaking the rule leads to. */
  public Level level(Rule rule) {
    return levels.getOrDefault(rule.label(), Level.REFUSE);
  }

  private static void share(String name, double value) {
    Require.that(value >= 0 && value <= 1, "%s is %s but must be from 0 to 1", name, value);
  }
}
