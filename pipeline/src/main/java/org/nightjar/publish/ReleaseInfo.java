package org.nightjar.publish;

import java.time.Instant;
import java.util.Optional;

/**
 * One release, as {@code releases} lists it.
 *
 * @param runId the release
 * @param publishedAt when the pointer was last set to it; empty if never
 * @param publishedBy who set it then, as the cluster knows them; empty if never, or not recorded
 * @param rows rows of its recommendations
 * @param verdict what the gate said
 * @param current whether readers take it now
 * @param pinned whether it is kept whatever its age
 * @param forcedBecause why it was published though the gate refused it; empty if it was not
 */
public record ReleaseInfo(
    String runId,
    Optional<Instant> publishedAt,
    Optional<String> publishedBy,
    long rows,
    Verdict verdict,
    boolean current,
    boolean pinned,
    Optional<String> forcedBecause) {}
