package org.nightjar.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which releases may go. The newest {@code keep} that passed the gate or were published stay, and
 * so do the current one, pinned ones, and one that was current less than the grace period ago,
 * since who opened it through the pointer may read it still. Refused ones go with the published
 * ones of their age.
 *
 * @param keep how many to keep; 0 for all
 * @param grace how long after it ceased to be current
 */
record Retention(int keep, Duration grace) {

  /**
   * Releases that are no longer needed, oldest first.
   *
   * @param releases all of them
   * @param ceased by run, when it ceased to be current
   */
  List<String> surplus(
      List<ReleaseInfo> releases, Set<String> pinned, Map<String, Instant> ceased, Instant now) {
    List<String> sound =
        releases.stream()
            .filter(release -> release.verdict().passed() || release.publishedAt().isPresent())
            .map(ReleaseInfo::runId)
            .sorted(Comparator.reverseOrder())
            .toList();
    if (keep == 0 || sound.size() <= keep) {
      return List.of();
    }
    Set<String> kept = new HashSet<>(sound.subList(0, keep));
    kept.addAll(pinned);
    String oldestKept = sound.get(keep - 1);
    List<String> surplus = new ArrayList<>();
    for (ReleaseInfo release : releases) {
      String runId = release.runId();
      Instant last = ceased.getOrDefault(runId, Instant.MIN);
      if (!release.current()
          && !kept.contains(runId)
          && runId.compareTo(oldestKept) < 0
          && (last.equals(Instant.MIN) || !last.plus(grace).isAfter(now))) {
        surplus.add(runId);
      }
    }
    return surplus;
  }
}
