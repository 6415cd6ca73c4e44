/**
 * Canonical rows in, rows fit for training out, with an account of every row that did not come
 * through: {@link org.nightjar.clean.Cleaning}. One class per rule behind {@link
 * org.nightjar.clean.Rule}; to add one, write the class and name it in {@link
 * org.nightjar.clean.Rules}, where the order stands. May import {@code org.nightjar}, {@code
 * table}, {@code config} and {@code ingest.Ingested}.
 */
package org.nightjar.clean;
