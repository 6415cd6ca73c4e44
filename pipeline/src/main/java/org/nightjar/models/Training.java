package org.nightjar.models;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.table.Attributes;
import org.nightjar.table.ItemTraits;

/**
 * What a model learns from.
 *
 * @param profiles {@code user} and the profile as text levels, each under {@link
 *     Attributes#column}; one row per user
 * @param profile names of the attributes of {@code profiles}
 * @param items {@code item} and the features that supervised models may read, see {@link
 *     ItemTraits}
 * @param events cleaned events before the cutoff: {@code user}, {@code item}, {@code event_type},
 *     {@code event_at}, …; with {@code _user_cutoff} where each user has a cutoff of their own,
 *     from which the ages of their events count
 * @param itemCount number of items; indexes run from 0 to itemCount − 1
 * @param cutoff the instant that counts as now
 * @param seed for every random choice
 */
public record Training(
    Dataset<Row> profiles,
    List<String> profile,
    Dataset<Row> items,
    Dataset<Row> events,
    int itemCount,
    Instant cutoff,
    long seed) {
  public Training {
    profile = List.copyOf(profile);
  }
}
