package org.nightjar.run;

import java.util.Map;
import org.nightjar.evaluate.PairedDifference;

/**
 * Settings that replace a model's configured ones, and how sure that is.
 *
 * @param settings by name, as they stand in the configuration
 * @param gain in average precision over the configured settings, on the same users; its interval is
 *     above 0
 */
record Tuned(Map<String, Object> settings, PairedDifference gain) {}
