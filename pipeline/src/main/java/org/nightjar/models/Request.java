package org.nightjar.models;

import java.util.BitSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Candidates;

/**
 * Whom to propose items to, and which.
 *
 * @param users {@code user} int, {@code excluded} array of int (items that this user must not get;
 *     null: none), and the profile's level columns
 * @param eligible items that may be recommended at all
 * @param perUser most candidates per user
 */
public record Request(Dataset<Row> users, BitSet eligible, int perUser) {
  /** Column of {@link #users}: item indexes that the user must not get. */
  public static final String EXCLUDED = Candidates.EXCLUDED;
}
