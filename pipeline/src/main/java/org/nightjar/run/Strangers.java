package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Users;

/**
 * What to say of ids in one table that are not found in another. Examples are shown as their {@link
 * IdShape}; pseudonyms, which all look alike, are not shown. Looks at the tables, so it is for
 * nights that have something to say.
 *
 * @param pseudonyms whether the ids are pseudonyms
 */
record Strangers(boolean pseudonyms) {
  static Strangers of(RunContext context) {
    return new Strangers(context.configuration().privacy().pseudonymise());
  }

  /**
   * In brackets, what an unknown id and a known one look like; empty without an example.
   *
   * @param unknown {@code user_id}
   * @param known {@code user_id}
   */
  String examples(Dataset<Row> unknown, Dataset<Row> known) {
    if (pseudonyms) {
      return "";
    }
    Optional<String> stranger = first(unknown);
    Optional<String> acquaintance = first(known);
    if (stranger.isEmpty()) {
      return "";
    }
    return String.format(
        " (for example '%s'%s; digits are shown as 0, letters as a)",
        stranger.get(),
        acquaintance.map(id -> ", while those of the events look like '" + id + "'").orElse(""));
  }

  private static Optional<String> first(Dataset<Row> rows) {
    return Optional.ofNullable(rows.agg(min(col(Users.USER_ID))).head().getString(0))
        .map(IdShape::of);
  }

  /** The usual cause, as advice. */
  static String remedy(String column) {
    return "Compare "
        + column
        + " with the user_id of sources.events: leading zeros, case and blanks may differ.";
  }
}
