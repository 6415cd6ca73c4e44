package org.nightjar.models;

import java.util.BitSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Whom to propose items to, and which.
 *
 * @param users {@code user} int, {@code excluded} ascending array of int: items this user must not
 *     get; profile attributes
 * @param eligible items that may be recommended at all (available, sold)
 * @param perUser most candidates per user
 */
public record Request(Dataset<Row> users, BitSet eligible, int perUser) {
  /** Column of {@link #users}: ascending item indexes that the user must not get. */
  public static final String EXCLUDED = "excluded";
}
