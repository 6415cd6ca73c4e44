package org.nightjar.models;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.log1p;

import org.apache.spark.sql.Column;

/** What many events of one user and item are worth. */
public enum Strength {
  /** 1, however many. */
  BINARY,
  /** log2(1 + weight). */
  LOG,
  /** The sum of weights. */
  LINEAR;

  /** What every model that has this setting says of it. */
  static final String SETTING =
      "What many events of one pair are worth: `binary` 1, `log` log2(1 + weight), `linear` the sum of"
          + " weights.";

  /** The worth of a pair's weight, see {@link Interactions#WEIGHT}. */
  Column of(Column weight) {
    return switch (this) {
      case BINARY -> lit(1.0);
      case LOG -> log1p(weight).divide(log(lit(2.0)));
      case LINEAR -> weight;
    };
  }
}
