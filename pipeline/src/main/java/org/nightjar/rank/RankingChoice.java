package org.nightjar.rank;

import java.io.Serializable;

/**
 * Whether the users of an activity segment get the learned order or the blend's, and why: the
 * paired difference of their average precision on the held-out split, learned minus blend.
 *
 * @param segment activity segment
 * @param users held-out users compared, each counted once per fold or window
 * @param difference mean difference; 0 without users
 * @param low lower end of its interval; null without users or bootstrap replicates
 * @param high upper end
 * @param learned whether the learned order is used: the whole interval is above 0, over users
 *     enough
 */
public record RankingChoice(
    String segment, long users, double difference, Double low, Double high, boolean learned)
    implements Serializable {}
