package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.slice;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.publish.ColumnProfiles;
import org.nightjar.publish.Finding;
import org.nightjar.publish.ListFigures;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.QualityGate;
import org.nightjar.publish.QualityGate.Comparison;
import org.nightjar.rank.Ranker;
import org.nightjar.table.InputProfile;
import org.nightjar.table.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the written release: against the release that is current, on what was kept with it, and
 * against what is credible. Runs after everything is written, so that a refused release can still
 * be looked at, compared and published by hand.
 */
final class GateStage implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(GateStage.class);

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    QualityGate gate = new QualityGate(context.configuration().gate());
    gate.future(context.cutoff(), context.startedAt());
    Comparisons comparisons = context.comparisons().orElseThrow();
    models(context, gate, comparisons);
    gate.identicalLists(identicalShare(context));
    context.last().ifPresent(last -> againstLast(context, gate, comparisons, last));
    List<Finding> findings = gate.findings();
    judged(context, findings);
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("findings", (long) findings.size());
    return counts;
  }

  /** Logs findings and adds them to the verdict. */
  static void judged(RunContext context, List<Finding> findings) {
    findings.forEach(
        finding ->
            LOG.warn(
                "gate rule={} level={} reason={}",
                finding.rule(),
                finding.level(),
                finding.reason()));
    context.judged(findings);
  }

  private static void models(RunContext context, QualityGate gate, Comparisons comparisons) {
    Map<String, Comparison> byModel = comparisons.models();
    gate.heldOutUsers(
        byModel.values().stream().findFirst().map(Comparison::users).orElse(0L),
        context.configuration().evaluation().test() != null);
    byModel.values().stream().findFirst().ifPresent(any -> gate.map(any.value()));
    byModel.entrySet().stream()
        .filter(entry -> context.models().contains(entry.getKey()))
        .filter(entry -> isTrustworthy(entry.getValue()))
        .min(
            Comparator.comparingDouble(
                    (Map.Entry<String, Comparison> entry) -> -entry.getValue().other())
                .thenComparing(Map.Entry::getKey))
        .ifPresent(best -> gate.againstModel(best.getKey(), best.getValue()));
  }

  private static void againstLast(
      RunContext context, QualityGate gate, Comparisons comparisons, Manifest last) {
    if (comparisons.last() != null && isTrustworthy(comparisons.last())) {
      gate.againstLast(comparisons.last());
    }
    if (comparisons.lists() != null) {
      gate.lists(comparisons.lists());
    }
    input(context, gate, last);
  }

  /** The input against the last release's. */
  static void input(RunContext context, QualityGate gate, Manifest last) {
    Map<String, Long> rowsRead = new LinkedHashMap<>();
    context.sourceCounts().forEach((source, counts) -> rowsRead.put(source, counts.read()));
    gate.volumes(rowsRead, context.lastRowsRead());
    gate.recentEvents(context.recentEvents(), last.counts().recentEvents());
    Comparisons.kept(context, last, InputProfile.TABLE)
        .ifPresent(
            profile -> gate.drift(ColumnProfiles.drift(context.cleaned("profile"), profile)));
  }

  /** Whether enough users are held out to tell anything. */
  private static boolean isTrustworthy(Comparison comparison) {
    return comparison.users() >= PairedDifference.MIN_USERS;
  }

  /** Share of the users with history who get the very same list. */
  static double identicalShare(RunContext context) {
    View full = context.full().orElseThrow();
    Dataset<Row> ofUsersWithHistory =
        context
            .ofView(full, "lists")
            .select(
                col(Users.USER),
                slice(col(Ranker.ITEMS), 1, context.configuration().rank().listLength())
                    .as(Ranker.ITEMS))
            .join(context.ofView(full, "context").select(Users.USER), Users.USER);
    return ListFigures.identicalShare(ofUsersWithHistory, Ranker.ITEMS);
  }
}
