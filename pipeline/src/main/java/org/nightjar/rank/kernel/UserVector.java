package org.nightjar.rank.kernel;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/** Reads or computes a user's factors; safe for several tasks at a time. */
@FunctionalInterface
public interface UserVector extends Serializable {

  /** One number per factor; empty for users of whom nothing is known. */
  float[] of(Row user);
}
