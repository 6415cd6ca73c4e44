package org.nightjar.run;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.evaluate.Metric;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Store;
import org.nightjar.report.ReportData;

/** The file that {@code output.metricsFile} names, in the format of {@link PrometheusText}. */
public final class MetricsFile {
  private static final String ALL = "all";

  private MetricsFile() {}

  /**
   * Why the file could not be written, as far as that can be told without writing: one sentence, or
   * none. Permissions are looked at on local disks only.
   */
  public static List<String> problems(
      Configuration configuration, org.apache.hadoop.conf.Configuration hadoop) {
    String file = configuration.output().metricsFile();
    if (file == null) {
      return List.of();
    }
    try {
      Path path = new Path(file);
      FileSystem files = path.getFileSystem(hadoop);
      Path absolute = files.makeQualified(path);
      if (files.exists(absolute) && files.getFileStatus(absolute).isDirectory()) {
        return problem(file, "it is a folder");
      }
      String output =
          files.makeQualified(new Path(configuration.output().path())).toUri().getPath() + "/";
      String place = absolute.toUri().getPath();
      if (place.startsWith(output)
          && isOwn(place.substring(output.length()).replaceFirst("/.*", ""))) {
        return problem(file, "that place of output.path is Nightjar's own");
      }
      Path folder = absolute.getParent();
      while (folder.getParent() != null && !files.exists(folder)) {
        folder = folder.getParent(); // those below are made when the file is written
      }
      if (!files.getFileStatus(folder).isDirectory()) {
        return problem(file, String.format("'%s' is not a folder", folder));
      }
      boolean local = files.getUri().getScheme().equals("file");
      return local && !Files.isWritable(java.nio.file.Path.of(folder.toUri().getPath()))
          ? problem(file, String.format("the folder '%s' is not writable", folder))
          : List.of();
    } catch (IOException | IllegalArgumentException e) {
      return problem(file, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static boolean isOwn(String name) {
    return Releases.isOwn(name) || Workspace.FOLDERS.contains(name);
  }

  private static List<String> problem(String file, String why) {
    return List.of(
        String.format(
            Locale.ROOT,
            "Cannot write output.metricsFile '%s': %s. Name a file in a folder that this user may write to, or leave the"
                + " setting out.",
            file,
            why));
  }

  /**
   * Refuses a file that could not be written when all else is done.
   *
   * @throws InputException with the sentence
   */
  static void requireWritable(
      Configuration configuration, org.apache.hadoop.conf.Configuration hadoop) {
    List<String> problems = problems(configuration, hadoop);
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  /** Writes the file, if one is named. */
  static void write(RunContext context, boolean published) {
    String file = context.configuration().output().metricsFile();
    if (file == null) {
      return;
    }
    Releases releases = context.releases();
    List<ReportData.Figure> figures =
        context.report().map(ReportData::metrics).orElseGet(() -> ReportAssembly.figures(context));
    Double map =
        figures.stream()
            .filter(figure -> figure.model().equals(context.publishedRanking()))
            .filter(figure -> figure.segment().equals(ALL))
            .filter(figure -> figure.metric().equals(Metric.MAP.label()))
            .filter(figure -> figure.k() == ReportAssembly.headlineK(context))
            .map(ReportData.Figure::value)
            .findFirst()
            .orElse(null);
    Path path = new Path(file);
    Path folder = path.getParent() == null ? new Path(".") : path.getParent();
    Store.at(folder.toString(), context.hadoop())
        .replace(
            path.getName(),
            PrometheusText.of(releases.manifest(context.runId()), published, Instant.now(), map));
  }
}
