package org.nightjar.run;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.WrittenConfiguration;
import org.nightjar.tune.Budget;

/**
 * A search over model settings that can be taken up again: its trials stay under {@code
 * <output>/tune/<search_id>/}, where the id stands for the configuration, the inputs' fingerprints
 * and the version of the code. It sees the configured holdout and nothing of {@code
 * evaluation.test}.
 *
 * @param written the configuration to better
 * @param overrides further changes, {@code path.to.key=value}, for the search alone
 * @param models names of the models to search; empty: the first of each type
 * @param out file for the best configuration, a local path or a URI of any Hadoop file system;
 *     null: {@code <output>/tune/tuned.yaml}
 */
public record Tuning(
    WrittenConfiguration written,
    List<String> overrides,
    List<String> models,
    Budget budget,
    String out) {
  private static final String FILE = "tuned.yaml";
  private static final int ID_LENGTH = 12;

  public Tuning {
    overrides = List.copyOf(overrides);
    models = List.copyOf(models);
    List<String> known = List.copyOf(written.configuration().models().keySet());
    List<String> problems =
        models.stream()
            .filter(model -> !known.contains(model))
            .map(
                model ->
                    String.format(
                        "Cannot tune '%s': there is no such model in %s. Its models are %s.",
                        model, written.origin(), String.join(", ", known)))
            .toList();
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  /**
   * What is there after a search.
   *
   * @param file the best configuration
   * @param trials the table of trials, beside the file and named after it
   */
  public record Outcome(TuneResult result, String file, String trials) {}

  /**
   * Searches, and writes the best configuration and the table of trials.
   *
   * @throws InputException if the configuration or the sources cannot be used
   * @throws org.nightjar.publish.LockedException if the same search goes on elsewhere
   */
  public Outcome run(SparkSession spark, RunOptions options) {
    List<String> changes = new ArrayList<>(overrides);
    changes.add("evaluation.test=");
    WrittenConfiguration searched = written.with(changes);
    Configuration configuration = searched.configuration();
    String output = configuration.output().path();
    org.apache.hadoop.conf.Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String id =
        InputFingerprints.sha256(
                ConfigurationLoader.render(configuration)
                    + InputFingerprints.of(configuration, hadoop)
                    + options.codeVersion())
            .substring(0, ID_LENGTH);
    Workspace home = Workspace.ofSearch(spark, output, id);
    TuneStage search =
        new TuneStage(searched, models, budget, Clock.systemUTC(), Optional.of(home));
    Night.tune(spark, configuration, options, home, search);
    TuneResult result = search.result().orElseThrow();
    String file = out != null ? out : home.beside(FILE);
    String trials = file.replaceFirst("[.]ya?ml$", "") + "-trials";
    result
        .into(written)
        .withTrials(trials)
        .write(file, written.origin() + " with the settings that 'nightjar tune' found better");
    TrialLog.write(spark, result, trials);
    return new Outcome(result, file, trials);
  }
}
