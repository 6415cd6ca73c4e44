package org.nightjar.run;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Measured;
import org.nightjar.evaluate.Metric;
import org.nightjar.rank.Ranker;
import org.nightjar.table.Attributes;
import org.nightjar.table.Candidates;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.UserContext;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;
import org.nightjar.table.Users;

/**
 * Measures every model and the blend: on the given test table if there is one, else on the holdout
 * views. Several folds are measured together, each user counting once per fold.
 */
final class EvaluateStage implements Stage {
  /**
   * Enough to tell figures apart, and few enough to be the same in whatever order they are summed.
   */
  private static final int DECIMALS = 9;

  /** Ten to that power. */
  static final double SCALE = 1e9;

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Evaluation all = evaluation(context);
    EvaluationSettings settings = context.configuration().evaluation();
    Measured measured = all.measure(settings, context.runId(), context.configuration().seed());
    context.workspace().write(measured.metrics(), "evaluate", "metrics");
    if (context.options().publish()) {
      context
          .workspace()
          .write(publishedFigures(context, all), "evaluate", UserMetrics.TABLE.name());
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("users_with_truth", measured.usersWithTruth());
    counts.put("users_without_truth", measured.usersWithoutTruth());
    return counts;
  }

  /** Everything that is measured, in one. */
  static Evaluation evaluation(RunContext context) {
    List<Evaluation> evaluations = new ArrayList<>();
    if (context.workspace().has("clean", "test")) {
      View full = context.full().orElseThrow();
      evaluations.add(evaluation(context, full, context.cleaned("test"), 0, 1));
    } else {
      List<View> measured = measured(context);
      for (View view : measured) {
        evaluations.add(
            evaluation(context, view, context.ofView(view, "truth"), view.fold(), measured.size()));
      }
    }
    return evaluations.stream().reduce(EvaluateStage::together).orElseThrow();
  }

  /** The holdout views whose lists are measured; older windows only teach. */
  static List<View> measured(RunContext context) {
    return context.holdouts().stream().filter(View::measured).toList();
  }

  /**
   * The figures of the published ranking by user id, at the headline length; the mean over folds.
   */
  private static Dataset<Row> publishedFigures(RunContext context, Evaluation all) {
    return all.of(context.publishedRanking())
        .perUser(List.of(Metric.values()), List.of(ReportAssembly.headlineK(context)))
        .withColumn(Users.USER, floor(col(Users.USER).divide(all.folds())).cast("int"))
        .groupBy(Users.USER, UserMetrics.METRIC, UserMetrics.K)
        .agg(round(avg(UserMetrics.VALUE), DECIMALS).as(UserMetrics.VALUE))
        .join(context.cleaned("users").select(Users.USER, Users.USER_ID), Users.USER)
        .select(UserMetrics.USER_ID, UserMetrics.METRIC, UserMetrics.K, UserMetrics.VALUE);
  }

  private static Evaluation evaluation(
      RunContext context, View view, Dataset<Row> truth, int fold, int folds) {
    Column user = col(Users.USER).multiply(folds).plus(fold).as(Users.USER);
    Ranker ranker = new Gathering(context).ranker();
    Dataset<Row> lists =
        ranker
            .ofModels(context.ofView(view, "gathered"), RankLearning.longestK(context))
            .select(user, col(Candidates.MODEL), col(Candidates.ITEMS));
    List<String> models = new ArrayList<>(context.models());
    for (Map.Entry<String, String> ranking : context.rankings().entrySet()) {
      models.add(ranking.getKey());
      lists =
          lists.unionByName(
              context
                  .ofView(view, ranking.getValue())
                  .select(user, lit(ranking.getKey()).as(Candidates.MODEL), col(Ranker.ITEMS)));
    }
    return new Evaluation(
        lists,
        models,
        truth.select(user, col(Items.ITEM)),
        context.events(view).select(user, col(Events.ITEM)),
        segments(context, view).select(user, col(UserSegments.SEGMENTS)),
        ranker.categories(),
        folds);
  }

  private static Evaluation together(Evaluation first, Evaluation second) {
    return new Evaluation(
        first.lists().unionByName(second.lists()),
        first.models(),
        first.truth().union(second.truth()),
        first.seen().union(second.seen()),
        first.segments().union(second.segments()),
        first.categories(),
        first.folds());
  }

  /** Name of the segment of the users of one activity. */
  static String activity(String activity) {
    return UserSegments.ACTIVITY + "=" + activity;
  }

  private static Dataset<Row> segments(RunContext context, View view) {
    List<String> attributes =
        Optional.ofNullable(context.configuration().evaluation().byAttributes())
            .orElseGet(context::profile);
    List<Column> segments = new ArrayList<>();
    segments.add(
        concat(
            lit(activity("")),
            Ranker.activity(
                col(UserContext.EVENT_COUNT), context.configuration().rank().activity())));
    attributes.forEach(
        name ->
            segments.add(
                concat(lit(UserSegments.ofAttribute(name, "")), col(Attributes.column(name)))));
    return context
        .profiles()
        .join(context.ofView(view, "context"), new String[] {Users.USER}, "left")
        .select(
            col(Users.USER),
            array_compact(array(segments.toArray(Column[]::new))).as(UserSegments.SEGMENTS));
  }
}
