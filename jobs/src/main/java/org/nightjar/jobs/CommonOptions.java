package org.nightjar.jobs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.nightjar.InputException;
import org.nightjar.run.Progress;
import picocli.CommandLine.Option;

/** The options that every command takes. */
final class CommonOptions {
  /** Also read before parsing, see {@link Nightjar#main}. */
  static final String QUIET = "--quiet";

  private static final String HOME = "NIGHTJAR_HOME";
  private static final String SCHEME = "[a-z][a-z0-9+.-]+:.*";

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "Configuration, YAML or JSON, local or any Hadoop path. Default: conf/sample.yaml.")
  private String conf;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Sets one configuration key, such as output.path=/data/out; the value is YAML. Repeatable.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--as-of",
      paramLabel = "INSTANT",
      description = "The cutoff, such as 2017-12-01T00:00:00Z, instead of the configured one.")
  private Instant asOf;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master. Default: that of spark-submit, else local[*].")
  private String master;

  @Option(names = QUIET, description = "No progress; log warnings and errors only.")
  private boolean quiet;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "Progress on stderr: ${COMPLETION-CANDIDATES}. Default: plain.")
  private Progress.Mode progress = Progress.Mode.PLAIN;

  /** Where the configuration is read from: {@code --conf}, or the sample of NIGHTJAR_HOME. */
  String origin() {
    if (conf != null) {
      return conf;
    }
    String home = System.getenv(HOME);
    if (home == null || home.isBlank()) {
      throw new InputException(
          "There is no configuration: give one with --conf FILE, or start Nightjar by"
              + " scripts/nightjar, which takes conf/sample.yaml.");
    }
    return Path.of(home, "conf", "sample.yaml").toString();
  }

  /** The text at {@link #origin()}: a local file, or with a scheme (s3a://…) any Hadoop path. */
  String text() {
    String origin = origin();
    try {
      if (!origin.matches(SCHEME)) {
        return Files.readString(Path.of(origin));
      }
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(origin);
      try (InputStream in = path.getFileSystem(new Configuration()).open(path)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (MalformedInputException e) {
      throw new InputException(
          String.format("Cannot read the configuration '%s': it is no UTF-8 text.", origin), e);
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new InputException(
          String.format(
              "Cannot read the configuration '%s': there is no such file. Mend --conf.", origin),
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          String.format("Cannot read the configuration '%s': %s.", origin, e.getMessage()), e);
    }
  }

  /** What {@code --set} and {@code --as-of} change in the configuration, as PATH=VALUE. */
  List<String> overrides() {
    List<String> all = new ArrayList<>(overrides);
    if (asOf != null) {
      all.add("cutoff=" + asOf);
    }
    return all;
  }

  Optional<String> master() {
    return Optional.ofNullable(master);
  }

  Progress.Mode progress() {
    return quiet ? Progress.Mode.QUIET : progress;
  }
}
