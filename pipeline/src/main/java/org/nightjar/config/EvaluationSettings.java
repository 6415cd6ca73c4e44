package org.nightjar.config;

import java.util.List;
import org.nightjar.Require;
import org.nightjar.Setting;

/** How the models are evaluated. */
public record EvaluationSettings(
    @Setting(
            value = "The split on which blend weights are learned and metrics measured.",
            byDefault = "{}")
        Split split,
    @Setting(
            value =
                "A table of held-out interactions (user_id, item_id) against which the final lists are scored as well; none of"
                    + " it is used for training.",
            byDefault = Setting.NONE)
        Source test,
    @Setting(value = "List lengths at which metrics are cut.", byDefault = "[5, 10, 20]")
        List<Integer> ks,
    @Setting(value = "Bootstrap replicates for intervals; 0: none.", byDefault = "200")
        int bootstrapReplicates,
    @Setting(value = "Confidence level of intervals.", byDefault = "0.95") double confidence,
    @Setting(
            value =
                "Profile attributes by which metrics are split; `[]` for none; absent: all categorical ones.",
            byDefault = Setting.NONE)
        List<String> byAttributes,
    @Setting(
            value =
                "Whether the held-out lists are also made by the models that do not look at profiles, as ranking"
                    + " `without-profiles` of the metrics: what the lists lose without them. Blend and trees are learned"
                    + " once more for it.",
            byDefault = "false")
        boolean withoutProfiles) {

  /** Kinds of split. */
  public enum SplitType {
    TIME,
    LAST_BASKET,
    LAST_EVENT,
    LAST_N,
    LAST_SHARE,
    RANDOM,
    K_FOLD;

    /**
     * Whether the truth lies in windows, one before the other, of which metrics are measured on the
     * last: what is learned on the others comes from other baskets, or other weeks.
     */
    public boolean hasWindows() {
      return this == TIME || leavesOneOut();
    }

    /** Whether each user has a cutoff of their own: their last basket, or event, is the truth. */
    public boolean leavesOneOut() {
      return this == LAST_BASKET || this == LAST_EVENT;
    }

    /** Whether the order of events in time decides what is truth. */
    public boolean needsTimes() {
      return this != RANDOM && this != K_FOLD;
    }
  }

  /** A split of the events before the cutoff into training part and truth. */
  public record Split(
      @Setting(
              value =
                  "`time` (the last days are truth), `last-basket` or `last-event` of each user (leave one out), `last-n` or"
                      + " `last-share` of each user, `random` (hashed share of the pairs of user and item), or `k-fold`"
                      + " (hashed). Where the events have no times, or all the same, `random` takes the place of those"
                      + " that need times.",
              byDefault = "time")
          SplitType type,
      @Setting(value = "For `time`: days of truth before the cutoff.", byDefault = "28")
          double days,
      @Setting(
              value =
                  "For `time`, `last-basket` and `last-event`: number of such windows, one before the other (the last basket,"
                      + " the one before it, …). Metrics are measured on the last; the ranking is trained on all, and each window is"
                      + " evaluated with what was trained on the others. Each costs another training of all models.",
              byDefault = "1")
          int windows,
      @Setting(value = "For `last-n`: events of truth per user.", byDefault = "5") int n,
      @Setting(value = "For `last-share` and `random`: share of truth, 0 to 1.", byDefault = "0.2")
          double share,
      @Setting(
              value =
                  "For `k-fold`: the number of folds; all teach the ranking, and all are measured. Each costs another training"
                      + " of all models.",
              byDefault = "5")
          int folds) {
    public Split {
      Require.that(days > 0, "days is %s but must be > 0", days);
      Require.that(windows >= 1, "windows is %s but must be >= 1", windows);
      Require.that(n > 0, "n is %s but must be > 0", n);
      Require.that(share > 0 && share < 1, "share is %s but must be between 0 and 1", share);
      Require.that(folds >= 2, "folds is %s but must be >= 2", folds);
    }

    /** The same shares and numbers under another type. */
    public Split as(SplitType other) {
      return new Split(other, days, windows, n, share, folds);
    }

    /** How many training parts there are, each with its truth: models are trained on all. */
    public int parts() {
      return switch (type) {
        case TIME, LAST_BASKET, LAST_EVENT -> windows;
        case K_FOLD -> folds;
        case LAST_N, LAST_SHARE, RANDOM -> 1;
      };
    }
  }

  public EvaluationSettings {
    Require.that(
        !ks.isEmpty() && ks.stream().allMatch(k -> k > 0), "ks is %s but needs lengths > 0", ks);
    Require.that(
        bootstrapReplicates >= 0,
        "bootstrapReplicates is %s but must be >= 0",
        bootstrapReplicates);
    Require.that(
        confidence > 0 && confidence < 1,
        "confidence is %s but must be between 0 and 1",
        confidence);
  }
}
