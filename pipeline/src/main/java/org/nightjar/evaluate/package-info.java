/**
 * Splits, metrics, significance. May import {@code org.nightjar}, {@code table} and {@code config}.
 */
package org.nightjar.evaluate;
