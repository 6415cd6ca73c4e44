package org.nightjar.models;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.log1p;

import org.apache.spark.sql.Column;

/** What many events of one pair are worth. */
public enum Strength {
  /** 1. */
  BINARY,
  /** log₂(1 + weight). */
  LOG,
  /** The sum of weights. */
  LINEAR;

  /**
   * The preference.
   *
   * @param weight see {@link Interactions#WEIGHT}
   */
  Column of(Column weight) {
    return switch (this) {
      case BINARY -> lit(1.0);
      case LOG -> log1p(weight).divide(log(lit(2.0)));
      case LINEAR -> weight;
    };
  }
}
