package org.nightjar.publish;

import java.time.Instant;
import java.util.Optional;

/**
 * One release, as {@code releases} lists it.
 *
 * @param runId the release
 * @param publishedAt when the pointer was last set to it; empty if never
 * @param rows rows of its recommendations
 * @param verdict what the gate said
 * @param current whether readers take it now
 * @param forcedBecause why it was published though the gate refused it; empty if it was not
 */
public record ReleaseInfo(
    String runId,
    Optional<Instant> publishedAt,
    long rows,
    Verdict verdict,
    boolean current,
    Optional<String> forcedBecause) {}
