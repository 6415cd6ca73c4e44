package org.nightjar.run;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.Checkpoints;
import org.nightjar.models.FittedModel;
import org.nightjar.models.Training;
import org.nightjar.rank.kernel.SparkScope;
import org.nightjar.table.Events;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains every model on every view and writes the models' tables. */
final class ModelStage implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStage.class);
  private static final String CHECKPOINTS = "checkpoints";
  static final String MODELS = "models";

  @Override
  public String name() {
    return "models";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    for (View view : context.views()) {
      train(
          context,
          view,
          training -> {
            List<Runnable> fits = new ArrayList<>();
            context
                .configuration()
                .models()
                .forEach(
                    (name, model) -> fits.add(() -> fitOnce(context, view, name, model, training)));
            Together.run(fits);
          });
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("models", (long) context.models().size());
    counts.put("views", (long) context.views().size());
    return counts;
  }

  /**
   * Trains one model unless that was done before from the same: what {@link #training} is made of,
   * see {@link StageKeys#ofTraining}, and the model's settings.
   */
  private static void fitOnce(
      RunContext context, View view, String name, CandidateModel model, Training training) {
    String key =
        InputFingerprints.sha256(
            StageKeys.ofTraining(context)
                + view
                + ConfigurationLoader.renderPart(Map.of(name, model)));
    TrainingCheckpoints checkpoints = new TrainingCheckpoints(context, view, name, key);
    context
        .ledger()
        .once(
            String.join("/", MODELS, view.name(), name),
            key,
            () -> {
              context.workspace().delete("views", view.name(), MODELS, name);
              fit(context, view, name, model, training, checkpoints);
            });
    checkpoints.remove();
  }

  /** Lends what every model of a view learns from, with its events cached and checkpoints on. */
  static void train(RunContext context, View view, Consumer<Training> work) {
    Workspace workspace = context.workspace();
    context.spark().sparkContext().setCheckpointDir(workspace.path(CHECKPOINTS));
    // By user, so that no model has to shuffle them for its pairs and histories.
    Dataset<Row> events =
        context
            .eventsToLearnFrom(view)
            .repartition(col(Events.USER))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      work.accept(training(context, view, events));
    } finally {
      events.unpersist();
      workspace.delete(CHECKPOINTS);
    }
  }

  private static Training training(RunContext context, View view, Dataset<Row> events) {
    return new Training(
        context.profiles(),
        context.profile(),
        context.traits(),
        events,
        context.itemCount(),
        view.cutoff(),
        context.configuration().seed());
  }

  /** Trains one model and writes its tables. */
  static void fit(
      RunContext context,
      View view,
      String name,
      CandidateModel model,
      Training training,
      Checkpoints checkpoints) {
    fit(context, view, name, () -> model.fit(training, checkpoints));
  }

  /**
   * Writes the tables of a model that is made here, and releases what making it broadcast or
   * cached, also by a failure.
   */
  static void fit(RunContext context, View view, String name, Supplier<FittedModel> making) {
    long start = System.nanoTime();
    SparkScope.run(
        () ->
            making
                .get()
                .tables()
                .forEach(
                    (table, rows) -> {
                      context.workspace().write(rows, "views", view.name(), MODELS, name, table);
                      SparkScope.release(rows);
                    }));
    LOG.info(
        "fitted model={} view={} seconds={}",
        name,
        view.name(),
        String.format("%.1f", (System.nanoTime() - start) / 1e9));
  }

  /** A model's tables as they were written, by name. */
  static Map<String, Dataset<Row>> tables(Workspace workspace, View view, String name) {
    Map<String, Dataset<Row>> read = new LinkedHashMap<>();
    for (String table : workspace.list("views", view.name(), MODELS, name)) {
      read.put(table, workspace.read("views", view.name(), MODELS, name, table));
    }
    return read;
  }

  /** A model as it was written. */
  static FittedModel load(RunContext context, View view, String name) {
    return load(context, view, name, context.configuration().models().get(name));
  }

  /** A model as it was written under a name. */
  static FittedModel load(RunContext context, View view, String name, CandidateModel model) {
    return model.restore(tables(context.workspace(), view, name), context.itemCount());
  }
}
