package org.nightjar.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.PrivacyKey;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Suppression;

/**
 * Fingerprints of what each stage depends on: the code, the sources, what of the configuration it
 * and the stages before it read, and their order. A stage whose key is unchanged need not run
 * again. What only later stages read is named here; everything else, also a section that is new,
 * counts from the first stage on, so that forgetting one costs time, never a stale table.
 *
 * <p>Left out: {@code name}, {@code spark} and where, for how long and to whom things are written;
 * no table depends on them.
 */
final class StageKeys {
  private static final String FIRST = "ingest";

  /** By section of the configuration: the first stage that reads it, where that is not ingest. */
  private static final Map<String, String> FIRST_READ_BY =
      Map.of(
          "clean", "clean",
          "features", FeatureStage.FEATURES,
          "rank", FeatureStage.FEATURES,
          "evaluation", FeatureStage.FEATURES,
          "models", ModelStage.MODELS,
          "gate", "gate");

  /** Of {@code output}, what tables depend on is added one by one. */
  private static final Set<String> LEFT_OUT = Set.of("name", "spark", "output", "export");

  private StageKeys() {}

  /** The keys by stage name, in the order of the stages. */
  static Map<String, String> of(RunContext context, List<Stage> stages) {
    Map<String, List<String>> firstReadBy = ingredients(context);
    Map<String, String> keys = new LinkedHashMap<>();
    String before = String.join(" ", codeFingerprint(), context.spark().version());
    for (Stage stage : stages) {
      List<String> read = firstReadBy.getOrDefault(stage.name(), List.of());
      before = InputFingerprints.sha256(String.join("\n", before, stage.name(), read.toString()));
      keys.put(stage.name(), before);
    }
    return keys;
  }

  /** What a model learns from: see {@link ModelStage}. */
  static String ofTraining(RunContext context) {
    Map<String, List<String>> firstReadBy = ingredients(context);
    List<String> inputs = firstReadBy.get(FIRST);
    // No list of items that must not be shown changes what is learned.
    inputs.removeIf(input -> input.startsWith("denied "));
    Configuration configuration = context.configuration();
    return InputFingerprints.sha256(
        String.join(
            "\n",
            codeFingerprint(),
            context.spark().version(),
            inputs.toString(),
            firstReadBy.get("clean").toString(),
            text(configuration.evaluation().split()),
            Boolean.toString(configuration.evaluation().test() == null),
            Boolean.toString(configuration.rank().blend().learn()),
            Integer.toString(configuration.rank().categoryLevel()),
            Integer.toString(configuration.features().priceBands())));
  }

  private static Map<String, List<String>> ingredients(RunContext context) {
    Configuration c = context.configuration();
    Map<String, List<String>> firstReadBy = new LinkedHashMap<>();
    for (RecordComponent section : Configuration.class.getRecordComponents()) {
      if (!LEFT_OUT.contains(section.getName())) {
        firstReadBy
            .computeIfAbsent(
                FIRST_READ_BY.getOrDefault(section.getName(), FIRST), s -> new ArrayList<>())
            .add(section.getName() + " " + text(valueOf(section, c)));
      }
    }
    List<String> ingest = firstReadBy.get(FIRST);
    ingest.add(text(c.evaluation().test()));
    ingest.add(c.clean().missingKeys().toString());
    ingest.add(PrivacyKey.fromEnvironment().map(PrivacyKey::fingerprint).orElse(""));
    ingest.add(new Suppression(c.output().path(), context.hadoop()).names().toString());
    context.inputs().forEach((source, print) -> ingest.add(source + " " + print));
    firstReadBy.put("rank", List.of(text(c.output().similarItems())));
    firstReadBy.put(
        "explore",
        List.of(
            context.last().map(Manifest::runId).orElse("none"),
            text(c.output().trials()),
            c.output().trials() == null
                ? ""
                : InputFingerprints.ofFiles(List.of(c.output().trials()), context.hadoop())));
    firstReadBy.put("publish", List.of(text(c.output().maxRowsPerFile())));
    return firstReadBy;
  }

  private static Object valueOf(RecordComponent section, Configuration configuration) {
    try {
      return section.getAccessor().invoke(configuration);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + section, e);
    }
  }

  private static String text(Object part) {
    return part == null ? "" : ConfigurationLoader.renderPart(part);
  }

  /** SHA-256 over the jar that this class comes from, or over the files of its folder. */
  private static String codeFingerprint() {
    return Code.FINGERPRINT;
  }

  /** Computed once, when first asked for. */
  private static final class Code {
    private static final String FINGERPRINT = fingerprint();

    private static String fingerprint() {
      try {
        Path code =
            Path.of(StageKeys.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(code)) {
          found.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
        MessageDigest digest = InputFingerprints.sha256();
        byte[] buffer = new byte[1 << 16];
        for (Path file : files) {
          digest.update(code.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
          try (var in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
              digest.update(buffer, 0, read);
            }
          }
        }
        return HexFormat.of().formatHex(digest.digest());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
