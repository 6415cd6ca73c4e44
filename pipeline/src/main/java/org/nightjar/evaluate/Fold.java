package org.nightjar.evaluate;

import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One division of the events into what is learned from and what is to be guessed.
 *
 * @param name of the split, such as {@code time} or {@code fold-2}
 * @param train events with all their columns
 * @param truth {@code user} int, {@code item} int, each pair once
 * @param cutoff the instant that counts as now for the training part
 */
public record Fold(String name, Dataset<Row> train, Dataset<Row> truth, Instant cutoff) {}
