package org.nightjar.clean;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.nightjar.table.Users;

/**
 * Rows fit for training, and the account of the others.
 *
 * @param users {@code Users.CLEAN}, the declared attributes, {@code Users.REQUESTED}: users of the
 *     users source, of kept events and of the requested list; those without a profile have null
 *     attributes
 * @param items {@code Items.CLEAN} and the declared attributes: items of the items source and of
 *     kept events; a missing price is the median unit price of the item's own purchases
 * @param events {@code Events.CLEAN} and the context attributes, all before the cutoff
 * @param denied {@code user}, {@code item}: pairs never to recommend; null without that source
 * @param test {@code user_id}, {@code item_id}, {@code user}, {@link Users#REQUESTED}, {@link
 *     #KNOWN}: held-out pairs of users who are known or requested, each once; items need not be
 *     known; null without that table
 * @param served figures of {@code users}, there once that is written: {@link Users#REQUESTED}, how
 *     many are, and {@link #UNKNOWN}, how many of those have neither an event nor a profile
 * @param rejects {@code Rejects.TABLE}: each rejected row once, each kept row once per mend
 * @param counts {@code CleanCounts.TABLE}: a few rows, computed already
 * @param repaired columns of which values could not be used, by source
 * @param cutoff the instant that counts as now: as asked for, or one microsecond after the last
 *     kept event; when no event has a time, one after the last launch of an item, or without those
 *     1970-01-01T00:00Z
 * @param timesTell whether the times put any event before another; where not, the events' times are
 *     null
 * @param lastEventAt time of the last kept event as it was read; empty when none has a time
 */
public record Cleaned(
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> events,
    Dataset<Row> denied,
    Dataset<Row> test,
    Observation served,
    Dataset<Row> rejects,
    Dataset<Row> counts,
    List<Repaired> repaired,
    Instant cutoff,
    boolean timesTell,
    Optional<Instant> lastEventAt) {

  /** Whether a user has a kept event or a profile, and is not just requested. */
  public static final String KNOWN = "_known";

  /** Rule in the counts of rows whose user is unknown. */
  public static final String UNKNOWN_USER = UnknownId.USER;

  /** Among {@link #served}. */
  public static final String UNKNOWN = "unknown";
}
