/**
 * Source files and tables in, canonical users, items and events out: {@link
 * org.nightjar.ingest.Ingest} opens every source of the configuration, reports every problem that
 * can be known without reading all rows, and gives one {@link org.nightjar.ingest.Ingested}.
 * Nothing is dropped here: values that did not parse stand in a column of problems, for cleaning to
 * decide. May import {@code org.nightjar}, {@code table} and {@code config}.
 */
package org.nightjar.ingest;
