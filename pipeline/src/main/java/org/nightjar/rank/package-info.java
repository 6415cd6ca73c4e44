/**
 * From candidates to the final list: business rules, blending, reasons, similar items; the scoring
 * kernel stands in {@code rank.kernel}. May import {@code org.nightjar}, {@code table} and {@code
 * config}.
 */
package org.nightjar.rank;
