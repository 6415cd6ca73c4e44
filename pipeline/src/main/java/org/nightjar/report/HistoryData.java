package org.nightjar.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nightjar.report.ReportData.ExampleRow;

/**
 * What the page over all releases shows.
 *
 * @param nights oldest first
 * @param answer to what was looked up
 */
public record HistoryData(List<Night> nights, Optional<Answer> answer) {
  public HistoryData {
    nights = List.copyOf(nights);
  }

  /**
   * One release.
   *
   * @param current whether readers take it now
   * @param passed whether the gate let it pass
   * @param reasons what the gate has to say, refusals and warnings
   * @param seconds wall time of the run
   * @param counts such as users, items, events
   * @param metrics of the published ranking, over everybody, at its headline length
   */
  public record Night(
      String runId,
      Instant cutoff,
      boolean current,
      boolean passed,
      List<String> reasons,
      double seconds,
      Map<String, Long> counts,
      Map<String, Double> metrics) {}

  /**
   * What the releases say about a user or an item.
   *
   * @param kind {@code user} or {@code item}
   * @param id as asked
   * @param releases newest first
   */
  public record Answer(String kind, String id, List<OfRelease> releases) {}

  /**
   * What one release says.
   *
   * @param note such as in how many lists an item stands
   * @param rows a user's list, or an item's similar items
   */
  public record OfRelease(String runId, String note, List<ExampleRow> rows) {}
}
