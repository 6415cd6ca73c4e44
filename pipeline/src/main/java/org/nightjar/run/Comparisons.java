package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.evaluate.Metric;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.publish.ListFigures;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.QualityGate.Comparison;
import org.nightjar.table.Items;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Summaries;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;
import org.nightjar.table.Table;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;

/**
 * The published ranking against every other one, on the same held-out users, and tonight's lists
 * against the last release's: figures for the report and for the gate, computed once.
 *
 * @param models by name of a model or another way of ranking; empty when nobody is held out
 * @param last against the last release, on the users held out in both nights
 * @param lists against the last release's lists
 */
record Comparisons(
    Map<String, Comparison> models, Optional<Comparison> last, Optional<ListFigures> lists) {
  private static final String MAP = Metric.MAP.label();
  private static final String MODEL = "model";
  private static final String RELEASE = "release";
  private static final String FIRST = "first";
  private static final String SECOND = "second";

  /** Runs at once. */
  static Comparisons of(RunContext context) {
    return new Comparisons(
        models(context),
        context
            .last()
            .flatMap(last -> kept(context, last, UserMetrics.PUBLISHED))
            .flatMap(figures -> sameUsers(context, figures)),
        context
            .last()
            .flatMap(last -> kept(context, last, Recommendations.TABLE))
            .map(lists -> ListFigures.of(tonight(context), lists)));
  }

  /** As rows of {@link Summaries}. */
  List<Figure> figures(String published, String lastRun) {
    List<Figure> figures = new ArrayList<>();
    models.forEach(
        (model, comparison) -> figures.addAll(figures(published, model, MODEL, comparison)));
    last.ifPresent(
        comparison -> figures.addAll(figures(published, lastRun, RELEASE, comparison)));
    lists.ifPresent(
        found -> {
          figures.add(list(lastRun, "churn", 0, found.churn()));
          figures.add(list(lastRun, "lost_users", 1, found.lostUsers()));
          figures.add(list(lastRun, "items_of_last", 2, found.itemsOfLast()));
        });
    return figures;
  }

  private static List<Figure> figures(
      String published, String against, String kind, Comparison comparison) {
    return List.of(
        new Figure(
            Section.COMPARISON,
            published,
            against,
            "difference",
            kind,
            0,
            MAP,
            comparison.low(),
            comparison.high(),
            rounded(comparison.value() - comparison.other())),
        comparison(published, against, "value", kind, 1, comparison.value()),
        comparison(published, against, "other", kind, 2, comparison.other()),
        comparison(published, against, "users", kind, 3, (double) comparison.users()));
  }

  private static Figure comparison(
      String published, String against, String measure, String kind, int at, double value) {
    return Figure.of(Section.COMPARISON, published, against, measure, kind, at, MAP, value);
  }

  private static Figure list(String against, String measure, int at, double value) {
    return Figure.of(Section.CHURN, "lists", against, measure, "", at, "", value);
  }

  /** A table of the last release; empty if an earlier version wrote it without. */
  static Optional<Dataset<Row>> kept(RunContext context, Manifest last, Table table) {
    return last.tables().containsKey(table.name())
        ? Optional.of(
            context.spark().read().parquet(context.releases().path(last.runId(), table.name())))
        : Optional.empty();
  }

  private static Map<String, Comparison> models(RunContext context) {
    Set<String> others = new LinkedHashSet<>(context.models());
    others.addAll(context.rankings().keySet());
    others.remove(context.publishedRanking());
    Dataset<Row> figures =
        EvaluateStage.evaluation(context)
            .perUser(List.of(Metric.MAP), List.of(ReportAssembly.headlineK(context)))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> published = ofModel(figures, context.publishedRanking());
      Map<String, Comparison> byModel = new LinkedHashMap<>();
      for (String other : others) {
        compared(context, published, ofModel(figures, other))
            .ifPresent(comparison -> byModel.put(other, comparison));
      }
      return byModel;
    } finally {
      figures.unpersist();
    }
  }

  private static Dataset<Row> ofModel(Dataset<Row> figures, String model) {
    return figures
        .where(col(UserMetrics.MODEL).equalTo(model))
        .select(UserMetrics.USER, UserMetrics.VALUE);
  }

  /** Tonight's MAP and the last release's on the users held out in both, at tonight's length. */
  private static Optional<Comparison> sameUsers(RunContext context, Dataset<Row> lastFigures) {
    Dataset<Row> users = context.cleaned("users").select(Users.USER_ID, Users.USER);
    return compared(
        context,
        headline(context, context.workspace().read("evaluate", UserMetrics.TABLE.name()))
            .join(users, UserMetrics.USER_ID),
        headline(context, lastFigures).join(users, UserMetrics.USER_ID));
  }

  private static Dataset<Row> headline(RunContext context, Dataset<Row> userMetrics) {
    return userMetrics
        .where(
            col(UserMetrics.METRIC)
                .equalTo(MAP)
                .and(col(UserMetrics.K).equalTo(ReportAssembly.headlineK(context))))
        .select(UserMetrics.USER_ID, UserMetrics.VALUE);
  }

  /** Empty when no user is in both. */
  private static Optional<Comparison> compared(
      RunContext context, Dataset<Row> first, Dataset<Row> second) {
    Row means =
        first
            .withColumnRenamed(UserMetrics.VALUE, FIRST)
            .join(second.withColumnRenamed(UserMetrics.VALUE, SECOND), UserMetrics.USER)
            .agg(count(lit(1)), avg(FIRST), avg(SECOND))
            .first();
    if (means.getLong(0) == 0) {
      return Optional.empty();
    }
    EvaluationSettings settings = context.configuration().evaluation();
    PairedDifference difference =
        PairedDifference.between(
            first,
            second,
            settings.bootstrapReplicates(),
            settings.confidence(),
            context.configuration().seed());
    return Optional.of(
        new Comparison(
            rounded(means.getDouble(1)),
            rounded(means.getDouble(2)),
            difference.low(),
            difference.high(),
            difference.users()));
  }

  /** The same in whatever order it was summed. */
  private static double rounded(double mean) {
    return Math.rint(mean * EvaluateStage.SCALE) / EvaluateStage.SCALE;
  }

  private static Dataset<Row> tonight(RunContext context) {
    return context
        .ofView(context.full().orElseThrow(), "recommendations")
        .select(Users.USER, Items.ITEM)
        .join(context.cleaned("users").select(Users.USER, Users.USER_ID), Users.USER)
        .join(context.itemIds(), Items.ITEM);
  }
}
