/**
 * The report of a run, as a page and as text. Fed by small driver-side lists that were read from
 * published tables; it computes nothing but layout. May import {@code org.nightjar}, {@code table}
 * and {@code config}.
 */
package org.nightjar.report;
