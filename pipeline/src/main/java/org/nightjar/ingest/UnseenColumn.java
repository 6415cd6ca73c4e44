package org.nightjar.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * A mapped column that the first rows of its source do not have. Later rows may; when none has, the
 * name is probably mistyped.
 *
 * @param table the table that it is read into: {@code events}, …
 * @param source name of the source
 * @param column the canonical column
 * @param isMistyped whether there is a column of a similar name, and the mapping is not an
 *     expression
 * @param message what to say when no row has it
 */
public record UnseenColumn(
    String table, String source, String column, boolean isMistyped, String message) {

  /** The column of that place, mapped to names that were not seen. */
  static UnseenColumn of(Place place, MappedColumn mapped, OpenSource open) {
    String name = mapped.reads().stream().filter(open.unseen()::contains).findFirst().orElseThrow();
    Optional<String> similar =
        Suggestion.of(name, open.found().stream().filter(f -> !f.equals(name)).toList());
    return new UnseenColumn(
        place.role(),
        place.name(),
        mapped.field().column(),
        similar.isPresent() && mapped.mapping().expr() == null,
        place.problem(
            String.format(
                Locale.ROOT,
                "no row has column '%s' (mapped to %s); found: %s%s",
                name,
                mapped.field().name(),
                String.join(", ", open.found()),
                similar
                    .map(
                        s ->
                            " (did you mean '"
                                + s
                                + "'? Where all rows may leave it out, map it with expr: "
                                + name
                                + ")")
                    .orElse("")),
            ".columns." + mapped.field().name()));
  }

  /** Name of {@link #valueCount}. */
  public String label() {
    return source + "." + column;
  }

  /** An aggregate over the table: how many rows of the source have a value. */
  public Column valueCount() {
    return count(when(col(Ingested.SOURCE).equalTo(lit(source)).and(col(column).isNotNull()), 1))
        .as(label());
  }
}
