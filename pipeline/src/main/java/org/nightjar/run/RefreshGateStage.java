package org.nightjar.run;

import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.publish.Finding;
import org.nightjar.publish.ListFigures;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.QualityGate;
import org.nightjar.publish.RefreshFigures;
import org.nightjar.publish.RefreshRules;
import org.nightjar.rank.Ranker;
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Users;

/**
 * The quality gate of a refresh, by what can be checked without held-out users: the input against
 * the last release's, identical lists, the rows of the users who get no new list, and the new lists
 * against the same users' last ones. Runs on the written release, whose contract was checked when
 * it was written.
 */
final class RefreshGateStage implements Stage {

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Manifest last = context.last().orElseThrow();
    QualityGate gate = new QualityGate(context.configuration().gate());
    gate.future(context.cutoff(), context.startedAt());
    GateStage.input(context, gate, last);
    RefreshFigures figures = figures(context, last);
    double identical = identicalShare(context);
    gate.identicalLists(
        figures.relistedUsers() < RefreshRules.MIN_USERS
            ? identical
            : Math.max(identical, GateStage.identicalShare(context)));
    RefreshRules rules = new RefreshRules(context.configuration().gate());
    rules.lists(figures);
    List<Finding> findings = new ArrayList<>(gate.findings());
    findings.addAll(rules.findings());
    GateStage.judged(context, findings);
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("untouched", figures.untouchedUsers());
    counts.put("findings", (long) findings.size());
    return counts;
  }

  private static RefreshFigures figures(RunContext context, Manifest last) {
    return RefreshFigures.of(
        lists(context, context.runId()),
        lists(context, last.runId()),
        context
            .ofView(context.full().orElseThrow(), RefreshStage.RELISTED)
            .join(context.cleaned("users").select(Users.USER, Users.USER_ID), Users.USER)
            .select(Users.USER_ID));
  }

  /** Of all users with history; the lists of the stage before are those of new ones only. */
  private static double identicalShare(RunContext context) {
    View full = context.full().orElseThrow();
    Dataset<Row> lists =
        context
            .ofView(full, Recommendations.TABLE.name())
            .join(context.ofView(full, "context").select(Users.USER), Users.USER)
            .groupBy(Users.USER)
            .agg(
                sort_array(collect_list(struct(Recommendations.RANK, Items.ITEM)))
                    .getField(Items.ITEM)
                    .as(Ranker.ITEMS));
    return ListFigures.identicalShare(lists, Ranker.ITEMS);
  }

  private static Dataset<Row> lists(RunContext context, String runId) {
    return context
        .spark()
        .read()
        .parquet(context.releases().path(runId, Recommendations.TABLE.name()));
  }
}
