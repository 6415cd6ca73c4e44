package org.nightjar.run;

import java.util.List;
import java.util.Map;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.RankingChoice;
import org.nightjar.report.ReportData;

/**
 * What a run came to: small lists for the terminal.
 *
 * @param runId the run
 * @param release folder of the release; null when nothing was to be published
 * @param verdict whether the release was published, and why not; null when nothing was to be
 *     published
 * @param metrics the metrics table
 * @param headlineK the list length to show first
 * @param examples masked users with their lists; empty when nothing was to be published
 * @param weights blend weights of the published lists
 * @param choices by activity segment, whether the learned order is used; empty where none is
 *     learned
 * @param gains by feature of the learned ranking: total gain, largest first
 * @param seconds wall time by stage
 * @param warnings what somebody should look at
 * @param published whether its release was made current, now or by an earlier process
 * @param failedSteps what went wrong after the release was current, each a full sentence; empty
 *     where nothing did
 * @param exportFailure why the published release is not in the database; null if it is, or is not
 *     to be
 * @param endedBefore whether an earlier process had brought the run to its end, so that nothing was
 *     left to do; then there are no figures
 */
public record NightResult(
    String runId,
    String release,
    Verdict verdict,
    List<ReportData.Figure> metrics,
    int headlineK,
    List<ReportData.ExampleList> examples,
    BlendWeights weights,
    List<RankingChoice> choices,
    Map<String, Double> gains,
    Map<String, Double> seconds,
    List<String> warnings,
    boolean published,
    List<String> failedSteps,
    String exportFailure,
    boolean endedBefore) {

  /** The same with what came of its publication. */
  NightResult with(boolean isPublished, List<String> stepsThatFailed, String whyNotExported) {
    return new NightResult(
        runId,
        release,
        verdict,
        metrics,
        headlineK,
        examples,
        weights,
        choices,
        gains,
        seconds,
        warnings,
        isPublished,
        List.copyOf(stepsThatFailed),
        whyNotExported,
        endedBefore);
  }

  /** Of a run that has ended before. */
  static NightResult ended(
      String runId, String release, Verdict verdict, int headlineK, boolean published) {
    return new NightResult(
        runId,
        release,
        verdict,
        List.of(),
        headlineK,
        List.of(),
        new BlendWeights(Map.of()),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        published,
        List.of(),
        null,
        true);
  }
}
