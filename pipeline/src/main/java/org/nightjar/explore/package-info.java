/**
 * Aggregates of the cleaned data and of the lists for the report: {@link
 * org.nightjar.table.Summaries}. A few passes over each table; what reaches the driver is bounded
 * by bins, levels, days and items, never by users or events. May import {@code org.nightjar},
 * {@code table} and {@code config}.
 */
package org.nightjar.explore;
