package org.nightjar.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.nightjar.table.Trials;
import org.nightjar.tune.Step;
import org.nightjar.tune.Trial;

/**
 * The trials of a search, appended to a table as they finish, so that a search that was killed, or
 * has got a greater budget, does not run them again. Trials that failed are not taken over.
 */
final class TrialLog {
  private static final String TABLE = "trials";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final Workspace workspace;
  private final Map<List<Object>, Trial> earlier = new HashMap<>();
  private int takenOver;

  /** The log of the search that has this workspace, with what it holds already. */
  TrialLog(SparkSession spark, Workspace workspace) {
    this.spark = spark;
    this.workspace = workspace;
    if (workspace.has(TABLE)) {
      workspace.read(Trials.LOG, TABLE).collectAsList().stream()
          .map(TrialLog::trial)
          .filter(trial -> !trial.failed())
          .forEach(trial -> earlier.put(key(trial.model(), trial.settings(), trial.rung()), trial));
    }
  }

  /** How many trials were taken from the log instead of being run. */
  int takenOver() {
    return takenOver;
  }

  /** What became of the step: from the log, or else run now and put there. */
  Trial of(Step step, Function<Step, Trial> run) {
    return Optional.ofNullable(earlier.get(key(step.model(), step.settings(), step.rung())))
        .map(trial -> takenOver(step, trial))
        .orElseGet(() -> added(run.apply(step)));
  }

  private Trial takenOver(Step step, Trial trial) {
    takenOver++;
    return step.measured(trial.map(), trial.users(), trial.seconds());
  }

  private Trial added(Trial trial) {
    workspace.append(
        spark.createDataFrame(List.of(row(trial)), Trials.LOG.schema()).coalesce(1), TABLE);
    return trial;
  }

  private static List<Object> key(String model, Map<String, Object> settings, int rung) {
    return List.of(model, json(settings), rung);
  }

  /**
   * Writes the trials of a search that has ended as {@link Trials#TABLE}, replacing what is there.
   */
  static void write(SparkSession spark, TuneResult result, String path) {
    List<Row> rows =
        result.trials().stream().map(trial -> row(trial, result.hasTaken(trial))).toList();
    Dataset<Row> trials = spark.createDataFrame(rows, Trials.TABLE.schema());
    trials.coalesce(1).write().mode(SaveMode.Overwrite).parquet(path);
  }

  /**
   * The trials behind the settings of the run's configuration; empty if it names none. They are
   * there for the report alone, so a table that cannot be read is a warning, not the night's end.
   */
  static Optional<Dataset<Row>> named(RunContext context) {
    String path = context.configuration().output().trials();
    if (path == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Trials.TABLE.conform(context.spark().read().parquet(path)));
    } catch (Exception e) { // Spark throws checked ones undeclared
      context
          .warnings()
          .add(
              String.format(
                  "The trials that output.trials names cannot be read, so the report does without: %s"
                      + " Put the table back, or remove the key.",
                  e.getMessage().lines().findFirst().orElse("")));
      return Optional.empty();
    }
  }

  private static Row row(Trial trial, Object... more) {
    Object[] values = {
      trial.model(),
      trial.number(),
      trial.rung(),
      json(trial.settings()),
      trial.map(),
      trial.users(),
      trial.seconds(),
      trial.error()
    };
    return RowFactory.create(Stream.of(values, more).flatMap(Arrays::stream).toArray());
  }

  private static Trial trial(Row row) {
    return new Trial(
        row.getAs(Trials.MODEL),
        row.getAs(Trials.NUMBER),
        settings(row.getAs(Trials.SETTINGS)),
        row.getAs(Trials.RUNG),
        row.getAs(Trials.MAP),
        row.getAs(Trials.USERS),
        row.getAs(Trials.SECONDS),
        row.getAs(Trials.ERROR));
  }

  /** Settings as one line of JSON, in the order of the space. */
  static String json(Map<String, Object> settings) {
    try {
      return JSON.writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // numbers, texts and lists of texts always can be written
    }
  }

  private static Map<String, Object> settings(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the trial log holds '" + json + "'", e);
    }
  }
}
