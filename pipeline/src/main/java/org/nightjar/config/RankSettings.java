package org.nightjar.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.nightjar.Require;
import org.nightjar.Setting;

/** From candidates to the final lists. */
public record RankSettings(
    @Setting(value = "Items per list (N).", byDefault = "10") int listLength,
    @Setting(value = "Candidates that each model proposes per user.", byDefault = "100")
        int candidatesPerModel,
    @Setting(value = "Whether bought items may come again.", byDefault = "{}") Repeats repeat,
    @Setting(value = "Most items of one category in a list; 0: no cap.", byDefault = "0")
        int maxPerCategory,
    @Setting(
            value =
                "Level of the category path that caps and cool-downs refer to, 1 = most general.",
            byDefault = "1")
        int categoryLevel,
    @Setting(value = "Bounds of the activity segments.", byDefault = "{}") Activity activity,
    @Setting(value = "How models' scores are put together.", byDefault = "{}") Blend blend,
    @Setting(value = "Boosted trees that order the blend's best candidates.", byDefault = "{}")
        Learned learned,
    @Setting(value = "Re-ranking for variety within a list.", byDefault = "{}") Diversity diversity,
    @Setting(value = "Places kept for items that hardly anybody has bought yet.", byDefault = "{}")
        NewItems newItems,
    @Setting(
            value =
                "Models whose candidates fill a list that the blend leaves short, in order, and that make the fallback"
                    + " table. The last one should know every item, such as popularity. Empty: all models, last to first.",
            byDefault = "[]")
        List<String> fallback)
    implements Serializable {

  /** What may be recommended again. */
  public enum RepeatPolicy {
    ALLOW,
    EXCLUDE,
    COOL_DOWN,
    ONLY,
    MIXED;

    /** Whether ranking must know what each user has bought. */
    public boolean needsBought() {
      return this == ONLY || this == MIXED;
    }
  }

  /** Repeat rules. */
  public record Repeats(
      @Setting(
              value =
                  "`allow`, `exclude` (never what was bought before), `cool-down` (not for some days), `only` (nothing"
                      + " but what was bought before), or `mixed` (a share of the places for what was bought before,"
                      + " learned on the held-out split by how often a user repeats).",
              byDefault = "allow")
          RepeatPolicy policy,
      @Setting(value = "Days for which `cool-down` keeps a bought item out.", byDefault = "14")
          int coolDownDays,
      @Setting(
              value =
                  "Days by category name at `categoryLevel`; turns the policy into a cool-down there.",
              byDefault = "{}")
          Map<String, Integer> coolDownDaysByCategory,
      @Setting(value = "Event types that count as having bought.", byDefault = "[purchase, rating]")
          List<String> eventTypes)
      implements Serializable {
    public Repeats {
      Require.that(coolDownDays >= 0, "coolDownDays is %s but must be >= 0", coolDownDays);
    }
  }

  /**
   * Activity segments by number of events before the cutoff: 0 cold, up to lightMax light, above
   * heavy.
   */
  public record Activity(
      @Setting(value = "Most events of a light user.", byDefault = "20") int lightMaxEvents)
      implements Serializable {
    public Activity {
      Require.that(lightMaxEvents >= 1, "lightMaxEvents is %s but must be >= 1", lightMaxEvents);
    }
  }

  /** Names of the activity segments, in the order of activity. */
  public static final List<String> ACTIVITY_SEGMENTS = List.of("cold", "light", "heavy");

  /** The blend: score = Σ weight(model, segment) · normalised score. */
  public record Blend(
      @Setting(
              value = "Per user and model: `min-max` over the candidates, or `rank` (1/rank-like).",
              byDefault = "min-max")
          Normalisation normalisation,
      @Setting(
              value =
                  "Whether weights are learned on the held-out split, per activity segment. `weights` is the start.",
              byDefault = "true")
          boolean learn,
      @Setting(value = "Weight by model; models not named have 1.", byDefault = "{}")
          Map<String, Double> weights,
      @Setting(
              value = "Weights by activity segment (cold, light, heavy) and model, over `weights`.",
              byDefault = "{}")
          Map<String, Map<String, Double>> weightsBySegment)
      implements Serializable {}

  /** The learned ranking: LambdaMART. */
  public record Learned(
      @Setting(
              value =
                  "Whether to train it. It then orders the lists of the activity segments for which it beats the blend on the held-out split.",
              byDefault = "false")
          boolean enabled,
      @Setting(value = "How many of the blend's best candidates it orders.", byDefault = "150")
          int candidates,
      @Setting(
              value =
                  "Most rows (user and candidate) to learn from, on the driver; a hashed sample of users beyond.",
              byDefault = "2500000")
          int maxRows,
      @Setting(
              value =
                  "What trees are trained for: `ndcg` (LambdaRank), `logistic` (each candidate on its own); of several, the"
                      + " users' standardised scores are averaged.",
              byDefault = "[ndcg, logistic]")
          List<Objective> objectives,
      @Setting(value = "Number of trees per objective and share of features.", byDefault = "120")
          int trees,
      @Setting(value = "Depth of a tree.", byDefault = "5") int depth,
      @Setting(value = "Shrinkage of each tree, above 0 to 1.", byDefault = "0.1")
          double learningRate,
      @Setting(value = "Least sum of second derivatives in a leaf.", byDefault = "20")
          double minChildWeight,
      @Setting(value = "Share of rows that each tree sees, above 0 to 1.", byDefault = "0.7")
          double rowSample,
      @Setting(
              value =
                  "Share of features that each tree sees, above 0 to 1. Trees are trained for every objective and share"
                      + " given here, and all their scores are averaged: time and memory grow with both.",
              byDefault = "[0.3, 0.6]")
          List<Double> featureSamples,
      @Setting(value = "Ridge penalty on leaf values.", byDefault = "1") double regularisation,
      @Setting(
              value = "Pairs are made of the best so many of the current order and all others.",
              byDefault = "20")
          int pairsAt)
      implements Serializable {
    /** Training objectives. */
    public enum Objective {
      NDCG,
      LOGISTIC
    }

    public Learned {
      Require.that(!objectives.isEmpty(), "objectives is empty but needs at least one");
      Require.that(candidates >= 2, "candidates is %s but must be >= 2", candidates);
      Require.that(maxRows >= 1000, "maxRows is %s but must be >= 1000", maxRows);
      Require.that(trees >= 1, "trees is %s but must be >= 1", trees);
      Require.that(depth >= 1 && depth <= 12, "depth is %s but must be from 1 to 12", depth);
      Require.that(
          learningRate > 0 && learningRate <= 1,
          "learningRate is %s but must be above 0 and at most 1",
          learningRate);
      Require.that(minChildWeight >= 0, "minChildWeight is %s but must be >= 0", minChildWeight);
      Require.that(
          rowSample > 0 && rowSample <= 1,
          "rowSample is %s but must be above 0 and at most 1",
          rowSample);
      Require.that(!featureSamples.isEmpty(), "featureSamples is empty but needs at least one");
      Require.that(
          featureSamples.stream().allMatch(share -> share > 0 && share <= 1),
          "featureSamples is %s but each must be above 0 and at most 1",
          featureSamples);
      Require.that(regularisation >= 0, "regularisation is %s but must be >= 0", regularisation);
      Require.that(pairsAt >= 1, "pairsAt is %s but must be >= 1", pairsAt);
    }

    /** Most users' lists to learn from. */
    public long mostLists() {
      return Math.max(1, maxRows / candidates);
    }
  }

  /** Re-ranking of a list's best candidates. */
  public record Diversity(
      @Setting(
              value =
                  "`none`; `mmr` (an item loses by the share of the list that has its category); or `calibrated` (the"
                      + " list's categories come to resemble the user's past).",
              byDefault = "none")
          DiversityMethod method,
      @Setting(
              value = "What variety is worth against the score: 0 keeps the order, 1 forgets it.",
              byDefault = "0.2")
          double strength,
      @Setting(value = "How many of the best candidates are re-ranked.", byDefault = "50") int pool,
      @Setting(
              value =
                  "Strengths at which the held-out lists are measured beside the published one, as rankings"
                      + " `diversity-…` of the metrics: what variety costs.",
              byDefault = "[]")
          List<Double> curve)
      implements Serializable {
    public Diversity {
      checkStrength("strength", strength);
      curve.forEach(value -> checkStrength("curve", value));
      Require.that(pool >= 2, "pool is %s but must be >= 2", pool);
      Require.that(
          curve.isEmpty() || method != DiversityMethod.NONE,
          "curve is %s but method is none: name the method to measure",
          curve);
    }

    private static void checkStrength(String name, double value) {
      Require.that(value >= 0 && value <= 1, "%s is %s but must be from 0 to 1", name, value);
    }
  }

  /** What variety is. */
  public enum DiversityMethod {
    NONE,
    MMR,
    CALIBRATED
  }

  /** A share of every list for new items. */
  public record NewItems(
      @Setting(
              value =
                  "Share of a list's places, 0 to 1, that new items get where any model proposes them; such as `content`"
                      + " with `maxItemEvents`.",
              byDefault = "0")
          double share,
      @Setting(value = "Most events before the cutoff of an item that is new.", byDefault = "5")
          int maxEvents)
      implements Serializable {
    public NewItems {
      Require.that(share >= 0 && share <= 1, "share is %s but must be from 0 to 1", share);
      Require.that(maxEvents >= 0, "maxEvents is %s but must be >= 0", maxEvents);
    }
  }

  /** Score normalisation. */
  public enum Normalisation {
    MIN_MAX,
    RANK
  }

  /**
   * These settings with the fallback chain filled in: all models from last to first where none is
   * configured.
   */
  public RankSettings withFallback(List<String> models) {
    if (!fallback.isEmpty()) {
      return this;
    }
    List<String> chain = new ArrayList<>(models);
    Collections.reverse(chain);
    return fallingBackOn(chain);
  }

  /** These settings with another fallback chain. */
  public RankSettings fallingBackOn(List<String> chain) {
    return new RankSettings(
        listLength,
        candidatesPerModel,
        repeat,
        maxPerCategory,
        categoryLevel,
        activity,
        blend,
        learned,
        diversity,
        newItems,
        List.copyOf(chain));
  }

  public RankSettings {
    Require.that(listLength > 0, "listLength is %s but must be > 0", listLength);
    Require.that(
        candidatesPerModel >= listLength,
        "candidatesPerModel is %s but must be >= listLength, %s",
        candidatesPerModel,
        listLength);
    Require.that(maxPerCategory >= 0, "maxPerCategory is %s but must be >= 0", maxPerCategory);
    Require.that(categoryLevel >= 1, "categoryLevel is %s but must be >= 1", categoryLevel);
  }
}
