package org.nightjar.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.models.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one model's training, in the run's work folder: two places in turn, and in the
 * ledger which of them is whole.
 */
final class TrainingCheckpoints implements Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingCheckpoints.class);
  private static final String TRAINING = "training";
  private static final String PLACE = "place";

  private final Workspace workspace;
  private final Ledger ledger;
  private final View view;
  private final String model;
  private final String key;

  /**
   * Of a model on a view.
   *
   * @param key fingerprint of all that the model depends on
   */
  TrainingCheckpoints(RunContext context, View view, String model, String key) {
    this.workspace = context.workspace();
    this.ledger = context.ledger();
    this.view = view;
    this.model = model;
    this.key = key;
  }

  @Override
  public void save(Map<String, Dataset<Row>> tables) {
    long place = 1 - place().orElse(1L);
    workspace.delete(path(place));
    tables.forEach((table, rows) -> workspace.write(rows, path(place, table)));
    ledger.finish(step(), new Ledger.Entry(key, 0, Map.of(PLACE, place), null));
    workspace.delete(path(1 - place));
  }

  @Override
  public Optional<Map<String, Dataset<Row>>> last() {
    return place()
        .map(
            place -> {
              LOG.info("model={} view={} is trained from its checkpoint", model, view.name());
              Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
              for (String table : workspace.list(path(place))) {
                tables.put(table, workspace.read(path(place, table)));
              }
              return tables;
            });
  }

  /** Forgets them, once the model is written. */
  void remove() {
    ledger.forget(step());
    workspace.delete(path());
  }

  private Optional<Long> place() {
    return ledger.finished(step(), key).map(entry -> entry.counts().get(PLACE));
  }

  private String step() {
    return String.join("/", TRAINING, view.name(), model);
  }

  private String[] path(Object... more) {
    List<String> parts = new ArrayList<>(List.of("views", view.name(), TRAINING, model));
    for (Object part : more) {
      parts.add(part.toString());
    }
    return parts.toArray(String[]::new);
  }
}
