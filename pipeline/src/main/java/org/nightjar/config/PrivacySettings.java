package org.nightjar.config;

import org.nightjar.Setting;

/** Whose data is used, for what, and under which name. */
public record PrivacySettings(
    @Setting(
            value =
                "What users agreed to: a table with `user_id` and the truth values `modelled` (events and profile may be used)"
                    + " and `served` (lists may be made). Of several rows of a user all must agree; an empty value is no."
                    + " Without it, all users are modelled and served.",
            byDefault = Setting.NONE)
        Source consent,
    @Setting(
            value = "Users without a row in `consent`: `deny` or `allow` both.",
            byDefault = "deny")
        Unlisted unlisted,
    @Setting(
            value =
                "Whether user ids are replaced by keyed hashes as soon as they are read; the key is the environment variable"
                    + " NIGHTJAR_PRIVACY_KEY. Releases then name users by these hashes.",
            byDefault = "false")
        boolean pseudonymise) {

  /** What holds for users of whom no consent is known. */
  public enum Unlisted {
    DENY,
    ALLOW
  }
}
