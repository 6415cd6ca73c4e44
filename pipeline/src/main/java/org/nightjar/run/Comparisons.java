package org.nightjar.run;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.RankSettings;
import org.nightjar.evaluate.Bootstrap;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Metric;
import org.nightjar.evaluate.PairedDifference;
import org.nightjar.publish.ListFigures;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.QualityGate.Comparison;
import org.nightjar.publish.Releases;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Summaries;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;
import org.nightjar.table.Table;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;
import org.nightjar.table.Users;

/**
 * The published ranking against every other one, on the same held-out users, and tonight's lists
 * against the last release's: figures for the report and for the gate, computed once.
 *
 * @param models by name of a model or another way of ranking, the lists without profiles by
 *     activity segment too; empty when nobody is held out
 * @param last against the last release, on the users held out in both nights; null without any
 * @param lists against the last release's lists; null without any
 */
record Comparisons(Map<String, Comparison> models, Comparison last, ListFigures lists) {
  private static final String MAP = Metric.MAP.label();
  private static final String MODEL = "model";
  private static final String RELEASE = "release";

  /** Tonight's run against its models and against the last release. Runs at once. */
  static Comparisons of(RunContext context) {
    Optional<Manifest> last = context.last();
    Evaluated evaluated = Evaluated.of(context);
    return new Comparisons(
        evaluated.models(context),
        last.flatMap(release -> kept(context, release, UserMetrics.PUBLISHED))
            .flatMap(
                figures ->
                    evaluated.sameUsers(
                        context.workspace().read("evaluate", UserMetrics.TABLE.name()), figures))
            .orElse(null),
        last.flatMap(release -> kept(context, release, Recommendations.TABLE))
            .map(lists -> ListFigures.of(tonight(context), lists))
            .orElse(null));
  }

  /**
   * {@link #models} alone. Runs at once.
   *
   * @param figures {@link Evaluation#perUser} of one metric and length; read once per ranking
   * @param evaluation whose figures they are
   */
  static Map<String, Comparison> ofModels(
      RunContext context, Dataset<Row> figures, Evaluation evaluation) {
    return Evaluated.of(context).models(context, figures, evaluation);
  }

  /**
   * One release against another, by what both keep.
   *
   * @param k list length
   * @param settings replicates and confidence
   */
  static Comparisons of(
      SparkSession spark,
      Releases releases,
      Manifest release,
      Manifest other,
      int k,
      EvaluationSettings settings) {
    Evaluated evaluated = new Evaluated(k, settings, release.seed());
    return new Comparisons(
        Map.of(),
        kept(spark, releases, release, UserMetrics.PUBLISHED)
            .flatMap(
                figures ->
                    kept(spark, releases, other, UserMetrics.PUBLISHED)
                        .flatMap(others -> evaluated.sameUsers(figures, others)))
            .orElse(null),
        kept(spark, releases, release, Recommendations.TABLE)
            .flatMap(
                lists ->
                    kept(spark, releases, other, Recommendations.TABLE)
                        .map(others -> ListFigures.of(lists, others)))
            .orElse(null));
  }

  /** As rows of {@link Summaries}. */
  List<Figure> figures(String published, String lastRun) {
    List<Figure> figures = new ArrayList<>();
    models.forEach(
        (model, comparison) -> figures.addAll(figures(published, model, MODEL, comparison)));
    if (last != null) {
      figures.addAll(figures(published, lastRun, RELEASE, last));
    }
    if (lists != null) {
      figures.add(list(lastRun, "churn", 0, lists.churn()));
      figures.add(list(lastRun, "lost_users", 1, lists.lostUsers()));
      figures.add(list(lastRun, "items_of_last", 2, lists.itemsOfLast()));
    }
    return figures;
  }

  /** Whether a figure holds the release against the one before it. */
  static boolean isAgainstRelease(Figure figure) {
    return figure.section().equals(Section.CHURN)
        || figure.section().equals(Section.DRIFT)
        || (figure.section().equals(Section.COMPARISON) && figure.series().equals(RELEASE));
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
    return kept(context.spark(), context.releases(), last, table);
  }

  private static Optional<Dataset<Row>> kept(
      SparkSession spark, Releases releases, Manifest release, Table table) {
    return release.tables().containsKey(table.name())
        ? Optional.of(spark.read().parquet(releases.path(release.runId(), table.name())))
        : Optional.empty();
  }

  private record Evaluated(int k, EvaluationSettings settings, long seed) {
    static Evaluated of(RunContext context) {
      return new Evaluated(
          ReportAssembly.headlineK(context),
          context.configuration().evaluation(),
          context.configuration().seed());
    }

    Map<String, Comparison> models(RunContext context) {
      Evaluation evaluation = EvaluateStage.evaluation(context);
      Dataset<Row> figures =
          evaluation
              .perUser(List.of(Metric.MAP), List.of(k))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        return models(context, figures, evaluation);
      } finally {
        figures.unpersist();
      }
    }

    Map<String, Comparison> models(
        RunContext context, Dataset<Row> figures, Evaluation evaluation) {
      Set<String> others = new LinkedHashSet<>(context.models());
      others.addAll(context.rankings().keySet());
      others.remove(context.publishedRanking());
      Dataset<Row> published = ofModel(figures, context.publishedRanking());
      Map<String, Comparison> byModel = new LinkedHashMap<>();
      for (String other : others) {
        compared(paired(published, ofModel(figures, other), Users.USER), evaluation.folds())
            .ifPresent(comparison -> byModel.put(other, comparison));
      }
      if (others.contains(Metrics.WITHOUT_PROFILES)) {
        Dataset<Row> pairs =
            paired(published, ofModel(figures, Metrics.WITHOUT_PROFILES), Users.USER)
                .join(evaluation.segments(), Users.USER);
        for (String activity : RankSettings.ACTIVITY_SEGMENTS) {
          String segment = EvaluateStage.activity(activity);
          compared(
                  pairs.where(array_contains(col(UserSegments.SEGMENTS), segment)),
                  evaluation.folds())
              .ifPresent(
                  comparison ->
                      byModel.put(Metrics.WITHOUT_PROFILES + ", " + activity, comparison));
        }
      }
      return byModel;
    }

    private static Dataset<Row> ofModel(Dataset<Row> figures, String model) {
      return figures.where(col(UserMetrics.MODEL).equalTo(model));
    }

    /** MAP of two releases on the users held out in both, at one length. */
    Optional<Comparison> sameUsers(Dataset<Row> figures, Dataset<Row> others) {
      // Users are told apart by id; the number only draws their resamples.
      return compared(
          paired(headline(figures), headline(others), UserMetrics.USER_ID)
              .withColumn(Users.USER, hash(col(UserMetrics.USER_ID))),
          1);
    }

    private Dataset<Row> headline(Dataset<Row> userMetrics) {
      return userMetrics.where(
          col(UserMetrics.METRIC).equalTo(MAP).and(col(UserMetrics.K).equalTo(k)));
    }

    private static Dataset<Row> paired(Dataset<Row> first, Dataset<Row> second, String key) {
      return first
          .select(col(key), col(UserMetrics.VALUE).as(PairedDifference.FIRST))
          .join(second.select(col(key), col(UserMetrics.VALUE).as(PairedDifference.SECOND)), key);
    }

    /** Empty without users. */
    private Optional<Comparison> compared(Dataset<Row> pairs, int folds) {
      Row means = pairs.agg(avg(PairedDifference.FIRST), avg(PairedDifference.SECOND)).first();
      if (means.isNullAt(0)) {
        return Optional.empty();
      }
      PairedDifference difference = PairedDifference.of(pairs, Bootstrap.of(settings, seed, folds));
      return Optional.of(
          new Comparison(
              rounded(means.getDouble(0)),
              rounded(means.getDouble(1)),
              difference.low(),
              difference.high(),
              difference.users()));
    }
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
