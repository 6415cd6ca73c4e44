/**
 * Benchmarks of the parts where a night's time goes, each side by side with what it is compared to,
 * in one JVM, with warm-up and medians. May import everything but {@code jobs}; nothing of {@code
 * pipeline} imports it.
 */
package org.nightjar.bench;
