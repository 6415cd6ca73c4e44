package org.nightjar.clean;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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
 * @param rejects {@code Rejects.TABLE}: each rejected row once, each kept row once per mend
 * @param counts {@code CleanCounts.TABLE}: a few rows, computed already
 * @param repaired columns of which values could not be used, by source
 * @param cutoff the instant that counts as now: as asked for, or one microsecond after the last
 *     kept event; 1970-01-01T00:00Z when no event has a time
 */
public record Cleaned(
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> events,
    Dataset<Row> denied,
    Dataset<Row> rejects,
    Dataset<Row> counts,
    List<Repaired> repaired,
    Instant cutoff) {}
