package org.nightjar.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;

import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.evaluate.Evaluation;
import org.nightjar.evaluate.Metric;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.Checkpoints;
import org.nightjar.models.Training;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.table.Candidates;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.UserSegments;
import org.nightjar.tune.Step;
import org.nightjar.tune.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of a search on a holdout view: trains a model on the whole training part, proposes
 * to the users that the rung adds, under the configured rules, and takes the mean average precision
 * of its lists alone, over those and the users of the rungs before. Models that may go on to a next
 * rung are kept, so that they need not be trained again.
 */
final class TrialRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrialRun.class);
  private static final String FIGURES = "figures";
  private static final int MAP_SCALE = 9;
  private static final int MAX_MESSAGE = 300;
  private static final double MILLIS = 1000.0;

  private final RunContext context;
  private final View view;
  private final Training training;
  private final Workspace home;
  private final WrittenConfiguration written;
  private final Clock clock;

  /** By model: the numbers of the settings whose trained models lie in the workspace. */
  private final Map<String, Set<Integer>> kept = new HashMap<>();

  /**
   * Ready to run.
   *
   * @param home where the users' figures are kept
   */
  TrialRun(
      RunContext context,
      View view,
      Training training,
      Workspace home,
      WrittenConfiguration written,
      Clock clock) {
    this.context = context;
    this.view = view;
    this.training = training;
    this.home = home;
    this.written = written;
    this.clock = clock;
  }

  /**
   * What becomes of a step; a failure is reported, not thrown.
   *
   * @param climbing numbers of the model's settings whose trained models are worth keeping
   */
  Trial of(Step step, Judges judges, Set<Integer> climbing) {
    long start = clock.millis();
    try {
      Row figures = SparkScope.call(() -> measured(step, judges, climbing));
      return step.measured(figures.getDouble(0), figures.getLong(1), seconds(start));
    } catch (Exception e) { // Spark throws checked ones without saying so
      LOG.warn("trial failed model={} number={}", step.model(), step.number(), e);
      return step.failed(message(e), seconds(start));
    }
  }

  /** Removes the trained models that are left. */
  void close() {
    kept.forEach((model, numbers) -> numbers.forEach(number -> forget(model, number)));
    kept.clear();
  }

  private Row measured(Step step, Judges judges, Set<Integer> climbing) {
    CandidateModel model =
        written.with(step.model(), step.settings()).configuration().models().get(step.model());
    String name = fit(step, model, climbing);
    Judges added = judges.addedBy(step.rung());
    Evaluation evaluation =
        new Evaluation(
            ModelStage.load(context, view, name, model)
                .propose(added.request())
                .withColumn(Candidates.MODEL, lit(name)),
            List.of(name),
            added.truth(),
            added.truth().where(lit(false)), // what was had before does not change the whole
            context.spark().createDataFrame(List.of(), UserSegments.TABLE.schema()),
            new String[context.itemCount()],
            1);
    home.write(
        evaluation
            .perUser(List.of(Metric.MAP), List.of(added.request().perUser()))
            .select(UserMetrics.USER, UserMetrics.VALUE),
        path(step.model(), step.settings(), step.rung()));
    return figures(home, step.model(), step.settings(), step.rung())
        .agg(
            round(avg(col(UserMetrics.VALUE)), MAP_SCALE).as(UserMetrics.VALUE),
            count(lit(1)).as(UserMetrics.USER))
        .head();
  }

  /** The name under which the trained model lies in the workspace. */
  private String fit(Step step, CandidateModel model, Set<Integer> climbing) {
    Set<Integer> ofModel = kept.computeIfAbsent(step.model(), name -> new HashSet<>());
    if (!ofModel.contains(step.number())) {
      for (int number : Set.copyOf(ofModel)) {
        if (!climbing.contains(number)) {
          forget(step.model(), number);
          ofModel.remove(number);
        }
      }
      ofModel.add(step.number()); // also what fails halfway is to be removed
      ModelStage.fit(
          context, view, name(step.model(), step.number()), model, training, Checkpoints.NONE);
    }
    return name(step.model(), step.number());
  }

  private void forget(String model, int number) {
    context.workspace().delete("views", view.name(), ModelStage.MODELS, name(model, number));
  }

  private static String name(String model, int number) {
    return model + "-trial-" + number;
  }

  /** Each user's average precision on the rungs up to this one: {@code user}, {@code value}. */
  static Dataset<Row> figures(
      Workspace home, String model, Map<String, Object> settings, int rung) {
    return IntStream.rangeClosed(0, rung)
        .mapToObj(each -> home.read(path(model, settings, each)))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  /** By settings, not by number, which another search with these settings may give to others. */
  private static String[] path(String model, Map<String, Object> settings, int rung) {
    String key = InputFingerprints.sha256(TrialLog.json(settings)).substring(0, 16);
    return new String[] {FIGURES, model, key, String.valueOf(rung)};
  }

  private double seconds(long start) {
    return (clock.millis() - start) / MILLIS;
  }

  private static String message(Exception e) {
    String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    String message = e.getClass().getSimpleName() + ": " + text;
    return message.substring(0, Math.min(MAX_MESSAGE, message.length()));
  }
}
