package org.nightjar.run;

import java.util.Map;
import org.nightjar.evaluate.PairedDifference;

/**
 * What the search came to for one model.
 *
 * @param model its name in the configuration
 * @param settingsTried how many, the configured ones included
 * @param users how many held-out users judged
 * @param configured mean average precision with the configured settings; null if they failed, or if
 *     there was no time for them
 * @param best the highest of any settings, over the same users; null likewise
 * @param settings what they change; empty for the configured ones
 * @param gain of the best settings over the configured ones, on the same users; null where these
 *     are the best
 * @param taken whether the best settings replace the configured ones: they do if the interval of
 *     the gain is above 0
 */
public record Tuned(
    String model,
    int settingsTried,
    long users,
    Double configured,
    Double best,
    Map<String, Object> settings,
    PairedDifference gain,
    boolean taken) {}
