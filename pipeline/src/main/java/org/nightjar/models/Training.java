package org.nightjar.models;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a model learns from.
 *
 * @param users cleaned users: {@code user}, profile attributes
 * @param items cleaned items: {@code item}, category, price, …
 * @param events cleaned events before the cutoff: {@code user}, {@code item}, {@code event_type},
 *     {@code event_at}, …
 * @param itemCount number of items; indexes run from 0 to itemCount − 1
 * @param profile names of the categorical and ordinal profile attributes
 * @param numericProfile names of the numeric profile attributes
 * @param cutoff the instant that counts as now
 * @param seed for every random choice
 */
public record Training(
    Dataset<Row> users,
    Dataset<Row> items,
    Dataset<Row> events,
    int itemCount,
    List<String> profile,
    List<String> numericProfile,
    Instant cutoff,
    long seed) {}
