package org.nightjar.publish;

import java.time.Instant;
import org.nightjar.Require;

/**
 * What {@code current.json} says: which release readers take.
 *
 * @param runId the release
 * @param path its folder, relative to the folder of {@code current.json}, so that an output may be
 *     mounted, copied or addressed by another scheme (s3a, s3) and stay whole
 * @param publishedAt when the pointer was set, UTC
 */
public record Pointer(String runId, String path, Instant publishedAt) {
  public Pointer {
    Require.that(runId != null && RunId.isSafe(runId), "run_id is '%s'", runId);
    Require.that(path != null, "path is missing");
  }
}
