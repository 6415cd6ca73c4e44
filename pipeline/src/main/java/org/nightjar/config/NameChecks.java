package org.nightjar.config;

import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.nightjar.table.Metrics;

/** Checks of what becomes a path: names of models, and the places where Nightjar writes. */
final class NameChecks {
  private final Configuration configuration;
  private final Problems problems;

  NameChecks(Configuration configuration, Problems problems) {
    this.configuration = configuration;
    this.problems = problems;
  }

  void run() {
    if (!problems.isUnusable("models")) {
      models(configuration.models().keySet());
    }
    paths();
  }

  private void models(Set<String> models) {
    for (String name : models) {
      String place = Problems.at("models", name);
      Names.problem(name).ifPresent(problem -> problems.add(place, problem));
      if (Metrics.isRanking(name)) {
        problems.add(
            place,
            "is a name that the metrics keep for a way of ranking; name the model otherwise");
      }
    }
    Names.twins(models)
        .forEach(
            (name, twin) ->
                problems.add(
                    Problems.at("models", name),
                    "differs from '" + twin + "' only by case; rename one"));
  }

  private void paths() {
    OutputSettings output = configuration.output();
    if (output != null) {
      path("output.path", output.path(), true);
      path("output.trials", output.trials(), true);
      path("output.metricsFile", output.metricsFile(), false);
    }
  }

  /**
   * Whether Hadoop can name a path.
   *
   * @param read whether Spark reads there what Nightjar wrote: it would take characters of patterns
   *     for patterns
   */
  private void path(String place, String path, boolean read) {
    if (path == null || problems.isUnusable(place)) {
      return;
    }
    boolean relative;
    try {
      relative = !new Path(path).isAbsolute();
    } catch (IllegalArgumentException e) {
      problems.add(
          place, "is '" + Secrets.masked(path) + "' but is not a valid path: " + e.getMessage());
      return;
    }
    String folder = relative ? java.nio.file.Path.of("").toAbsolutePath().toString() : "";
    String pattern = Names.globCharacters(folder + path);
    if (read && !pattern.isEmpty()) {
      problems.add(
          place,
          String.format(
              "is '%s'%s, whose %s would be read as a pattern for several paths; use another path",
              Secrets.masked(path),
              Names.globCharacters(folder).isEmpty() ? "" : " in the folder '" + folder + "'",
              pattern));
    }
  }
}
