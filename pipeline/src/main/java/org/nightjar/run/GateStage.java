package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.slice;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Metric;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.publish.ColumnProfiles;
import org.nightjar.publish.Finding;
import org.nightjar.publish.ListFigures;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.QualityGate;
import org.nightjar.rank.Ranker;
import org.nightjar.table.InputProfile;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Table;
import org.nightjar.table.UserMetrics;
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
  private static final String OTHER = "other_value";
  private static final String ALL = "all";
  private static final String MAP = Metric.MAP.label();

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    QualityGate gate = new QualityGate(context.configuration().gate());
    gate.future(context.cutoff(), context.startedAt());
    models(context, gate);
    gate.identicalLists(identicalShare(context));
    context.last().ifPresent(last -> againstLast(context, gate, last));
    List<Finding> findings = gate.findings();
    findings.forEach(
        finding ->
            LOG.warn(
                "gate rule={} level={} reason={}",
                finding.rule(),
                finding.level(),
                finding.reason()));
    context.judged(findings);
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("findings", (long) findings.size());
    return counts;
  }

  private static void models(RunContext context, QualityGate gate) {
    Map<String, Double> mapByModel = new LinkedHashMap<>();
    int k = ReportAssembly.headlineK(context);
    context
        .workspace()
        .read("evaluate", "metrics")
        .where(
            col(Metrics.SEGMENT)
                .equalTo(ALL)
                .and(col(Metrics.METRIC).equalTo(MAP))
                .and(col(Metrics.K).equalTo(k)))
        .orderBy(col(Metrics.VALUE).desc(), col(Metrics.MODEL))
        .collectAsList()
        .forEach(row -> mapByModel.put(row.getAs(Metrics.MODEL), row.getAs(Metrics.VALUE)));
    Double map = mapByModel.get(context.publishedRanking());
    if (map == null) {
      return; // nobody is held out
    }
    gate.map(map);
    Optional<String> best =
        mapByModel.keySet().stream().filter(context.models()::contains).findFirst();
    if (best.isPresent() && gate.mayBeWorse(map, mapByModel.get(best.get()))) {
      Evaluation evaluation = EvaluateStage.evaluation(context);
      PairedDifference difference =
          evaluation.compare(
              context.publishedRanking(),
              best.get(),
              Metric.MAP,
              k,
              context.configuration().evaluation(),
              context.configuration().seed());
      gate.againstModel(best.get(), comparison(map, mapByModel.get(best.get()), difference));
    }
  }

  private static void againstLast(RunContext context, QualityGate gate, Manifest last) {
    kept(context, last, UserMetrics.PUBLISHED)
        .flatMap(figures -> sameUsers(context, figures))
        .ifPresent(gate::againstLast);
    kept(context, last, Recommendations.TABLE)
        .ifPresent(lists -> gate.lists(ListFigures.of(published(context), lists)));
    Map<String, Long> rowsRead = new LinkedHashMap<>();
    context.sourceCounts().forEach((source, counts) -> rowsRead.put(source, counts.read()));
    gate.volumes(rowsRead, context.lastRowsRead());
    gate.recentEvents(context.recentEvents(), last.counts().recentEvents());
    kept(context, last, InputProfile.TABLE)
        .ifPresent(
            profile -> gate.drift(ColumnProfiles.drift(context.cleaned("profile"), profile)));
  }

  /** A table of the last release; empty if an earlier version wrote it without. */
  private static Optional<Dataset<Row>> kept(RunContext context, Manifest last, Table table) {
    return last.tables().containsKey(table.name())
        ? Optional.of(
            context.spark().read().parquet(context.releases().path(last.runId(), table.name())))
        : Optional.empty();
  }

  private static Dataset<Row> published(RunContext context) {
    return context
        .spark()
        .read()
        .parquet(context.releases().path(context.runId(), Recommendations.TABLE.name()));
  }

  /** Tonight's MAP and the last release's on the users held out in both, at tonight's length. */
  private static Optional<QualityGate.Comparison> sameUsers(
      RunContext context, Dataset<Row> lastFigures) {
    EvaluationSettings settings = context.configuration().evaluation();
    Dataset<Row> both =
        headline(context, context.workspace().read("evaluate", UserMetrics.TABLE.name()))
            .join(
                headline(context, lastFigures).withColumnRenamed(UserMetrics.VALUE, OTHER),
                UserMetrics.USER_ID)
            .join(context.cleaned("users").select(Users.USER_ID, Users.USER), UserMetrics.USER_ID);
    Row means = both.agg(count(lit(1)), avg(UserMetrics.VALUE), avg(OTHER)).first();
    if (means.getLong(0) == 0) {
      return Optional.empty();
    }
    PairedDifference difference =
        PairedDifference.between(
            both,
            both.select(col(Users.USER), col(OTHER).as(UserMetrics.VALUE)),
            settings.bootstrapReplicates(),
            settings.confidence(),
            context.configuration().seed());
    return Optional.of(comparison(means.getDouble(1), means.getDouble(2), difference));
  }

  private static Dataset<Row> headline(RunContext context, Dataset<Row> userMetrics) {
    return userMetrics
        .where(
            col(UserMetrics.METRIC)
                .equalTo(MAP)
                .and(col(UserMetrics.K).equalTo(ReportAssembly.headlineK(context))))
        .select(UserMetrics.USER_ID, UserMetrics.VALUE);
  }

  private static QualityGate.Comparison comparison(
      double value, double other, PairedDifference difference) {
    return new QualityGate.Comparison(
        value, other, difference.low(), difference.high(), difference.users());
  }

  private static double identicalShare(RunContext context) {
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
