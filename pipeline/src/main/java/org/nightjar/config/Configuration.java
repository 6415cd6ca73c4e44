package org.nightjar.config;

import java.util.Map;
import org.nightjar.InputException;
import org.nightjar.Setting;
import org.nightjar.models.CandidateModel;

/** One night's configuration, whole. */
public record Configuration(
    @Setting("Name of this configuration; stands in logs, the manifest and the report.")
        String name,
    @Setting(value = "Seed of every random choice.", byDefault = "42") long seed,
    @Setting(
            value =
                "The instant that counts as now: an ISO-8601 instant, or `latest` for just after the last event. `--as-of`"
                    + " overrides it. Events at or after it are not used.",
            byDefault = "latest")
        String cutoff,
    @Setting("Where users, items and events come from.") Sources sources,
    @Setting(
            value =
                "Profile attributes of users, by canonical column name: at most 64 letters (a to z), digits and `_`, not"
                    + " starting with a digit.",
            byDefault = "{}")
        Map<String, Attribute> userAttributes,
    @Setting(value = "Further attributes of items, by canonical column name.", byDefault = "{}")
        Map<String, Attribute> itemAttributes,
    @Setting(
            value = "Context attributes of events (device, channel), by canonical column name.",
            byDefault = "{}")
        Map<String, Attribute> eventAttributes,
    @Setting(value = "Cleaning rules and failure budgets.", byDefault = "{}") CleanSettings clean,
    @Setting(value = "Feature windows and scaling.", byDefault = "{}") FeatureSettings features,
    @Setting(
            "The candidate models, by a name of your choice; `type` picks the model. The name stands in `source` and in the"
                + " metrics; at most 64 letters (a to z), digits, `.`, `_` and `-`, starting with a letter or digit and not ending with"
                + " `.`; not `blend`, `learned`, `published`, `without-profiles` or `diversity-…`.")
        Map<String, CandidateModel> models,
    @Setting(value = "Blending, business rules and the lists' length.", byDefault = "{}")
        RankSettings rank,
    @Setting(value = "Splits, metrics and intervals.", byDefault = "{}")
        EvaluationSettings evaluation,
    @Setting(value = "When a finished release is not published.", byDefault = "{}")
        GateSettings gate,
    @Setting(value = "Consent and pseudonyms.", byDefault = "{}") PrivacySettings privacy,
    @Setting("Where and how releases are written.") OutputSettings output,
    @Setting(
            value = "A database that gets a copy of each release when it becomes current.",
            byDefault = Setting.NONE)
        ExportSettings export,
    @Setting(
            value =
                "Spark settings for the session that Nightjar starts; keys as Spark names them.",
            byDefault = "{}")
        Map<String, String> spark) {

  /** The value of {@link #cutoff} that stands for just after the last event. */
  public static final String LATEST = "latest";

  public Configuration {
    Names.problem(name)
        .ifPresent(
            problem -> {
              throw new InputException("name " + problem);
            });
  }
}
