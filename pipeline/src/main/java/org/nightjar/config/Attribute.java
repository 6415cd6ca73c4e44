package org.nightjar.config;

import java.util.List;
import java.util.Map;
import org.nightjar.Require;
import org.nightjar.Setting;

/** A declared attribute and how its values are cleaned. */
public record Attribute(
    @Setting("`categorical`, `ordinal`, `numeric`, `timestamp` or `text`.") Type type,
    @Setting(value = "For ordinal attributes: the values from lowest to highest.", byDefault = "[]")
        List<String> order,
    @Setting(value = "Spelling of categories: `as-is`, `lower`, `upper`.", byDefault = "as-is")
        LetterCase letterCase,
    @Setting(value = "Other spellings, each with the value that it stands for.", byDefault = "{}")
        Map<String, String> synonyms,
    @Setting(value = "Values that mean missing, besides the empty text.", byDefault = "[]")
        List<String> missing,
    @Setting(
            value =
                "What replaces a missing value: `unknown` (null, with an indicator feature), `median`, `mode`, or `constant`.",
            byDefault = "unknown")
        Impute impute,
    @Setting(value = "The constant for `impute: constant`.", byDefault = Setting.NONE)
        String constant) {

  /** Kinds of attribute. */
  public enum Type {
    CATEGORICAL,
    ORDINAL,
    NUMERIC,
    TIMESTAMP,
    TEXT
  }

  /** How letters are folded. */
  public enum LetterCase {
    AS_IS,
    LOWER,
    UPPER
  }

  /** What replaces a missing value. */
  public enum Impute {
    UNKNOWN,
    MEDIAN,
    MODE,
    CONSTANT
  }

  public Attribute {
    Require.that(
        type != Type.ORDINAL || !order.isEmpty(),
        "order is empty but an ordinal attribute needs its values from lowest to highest");
    Require.that(
        type == Type.ORDINAL || order.isEmpty(),
        "order is given but the attribute is %s, not ordinal",
        KebabCase.of(type));
    Require.that(
        impute != Impute.MEDIAN || type == Type.NUMERIC || type == Type.ORDINAL,
        "impute is median but a %s attribute has none; use mode",
        KebabCase.of(type));
    Require.that(
        (impute == Impute.CONSTANT) == (constant != null),
        "impute: constant and constant must be given together");
  }

  /** Whether the column holds text values from a set. */
  public boolean isCategorical() {
    return type == Type.CATEGORICAL || type == Type.ORDINAL;
  }
}
