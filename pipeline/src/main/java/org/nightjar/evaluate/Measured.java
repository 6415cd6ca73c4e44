package org.nightjar.evaluate;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What {@link Evaluation#measure} gives.
 *
 * @param metrics rows of {@link org.nightjar.table.Metrics#TABLE}, held on the driver, ordered by
 *     model, segment, metric and k; empty if no user has truth
 * @param usersWithTruth users over whom the figures are means
 * @param usersWithoutTruth users who have a list but no truth: left out
 * @param usersWithoutList by model: users who have truth but no list: they score 0
 */
public record Measured(
    Dataset<Row> metrics,
    long usersWithTruth,
    long usersWithoutTruth,
    Map<String, Long> usersWithoutList) {}
