package org.nightjar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whole nights on generated shops of growing size, each in a JVM of its own: time by stage, peak
 * heap, and the exponent of growth.
 *
 * <p>Users grow with events, items with their square root, so that events and users × items grow
 * differently; the stage that ranks is fitted against the latter.
 *
 * @param events sizes, ascending
 * @param eventsPerUser on average
 * @param itemsAtMillion items of the shop with a million events
 * @param heap of each night, such as 4g
 * @param changes of the configuration, {@code path=value}
 */
public record ScaleBench(
    List<Long> events,
    int eventsPerUser,
    int itemsAtMillion,
    String heap,
    List<String> changes,
    long seed) {
  private static final double MILLION = 1e6;
  private static final Pattern HEAP_USED = Pattern.compile("(\\d+)M->(\\d+)M\\(");
  private static final String RANK = "rank";

  /** One night. */
  private record Night(
      long events,
      long users,
      long items,
      double seconds,
      Map<String, Double> stageSeconds,
      long peakHeapMebibytes,
      long heapAfterCollectionMebibytes) {
    double usersTimesItems() {
      return (double) users * items;
    }
  }

  public ScaleBench {
    events = List.copyOf(events);
    changes = List.copyOf(changes);
  }

  /**
   * Settings, nights, exponents.
   *
   * @param mainClass of the command line
   * @param told gets a line after each night
   */
  public Map<String, Object> run(String mainClass, Path folder, Consumer<String> told)
      throws IOException, InterruptedException {
    List<Night> nights = new ArrayList<>();
    for (long size : events) {
      Night night = night(mainClass, folder.resolve(Long.toString(size)), size);
      nights.add(night);
      told.accept(
          String.format("%,d events: %.0f s %s", size, night.seconds(), night.stageSeconds()));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("bench", "scale");
    result.put("settings", this);
    result.put("nights", nights);
    if (nights.size() > 1) {
      double[] sizes = nights.stream().mapToDouble(Night::events).toArray();
      result.put("exponent", slope(sizes, nights.stream().mapToDouble(Night::seconds).toArray()));
      Map<String, Double> byStage = new LinkedHashMap<>();
      for (String stage : nights.get(0).stageSeconds().keySet()) {
        double[] work =
            stage.equals(RANK)
                ? nights.stream().mapToDouble(Night::usersTimesItems).toArray()
                : sizes;
        byStage.put(
            stage,
            slope(work, nights.stream().mapToDouble(n -> n.stageSeconds().get(stage)).toArray()));
      }
      result.put("exponent_by_stage", byStage);
    }
    return result;
  }

  private Night night(String mainClass, Path folder, long size)
      throws IOException, InterruptedException {
    long users = Math.max(1, size / eventsPerUser);
    long items = Math.max(12, Math.round(itemsAtMillion * Math.sqrt(size / MILLION)));
    Path shop = folder.resolve("shop");
    Files.createDirectories(folder);
    fork(
        mainClass,
        folder,
        "generate",
        List.of(
            "generate",
            "--users=" + users,
            "--items=" + items,
            "--events=" + size,
            "--seed=" + seed,
            "--out=" + shop));
    Path out = folder.resolve("out");
    List<String> arguments =
        new ArrayList<>(
            List.of("run", "--conf=" + shop.resolve("nightjar.yaml"), "--set=output.path=" + out));
    changes.forEach(change -> arguments.add("--set=" + change));
    double seconds = Rounds.seconds(() -> fork(mainClass, folder, "run", arguments));
    Map<String, Double> stages = new LinkedHashMap<>();
    JsonNode manifest = new ObjectMapper().readTree(lastManifest(out).toFile());
    manifest
        .get("stage_seconds")
        .properties()
        .forEach(stage -> stages.put(stage.getKey(), stage.getValue().asDouble()));
    long peak = 0;
    long live = 0;
    for (String line : Files.readAllLines(folder.resolve("run-gc.log"))) {
      Matcher used = HEAP_USED.matcher(line);
      if (used.find()) {
        peak = Math.max(peak, Long.parseLong(used.group(1)));
        live = Math.max(live, Long.parseLong(used.group(2)));
      }
    }
    return new Night(size, users, items, seconds, stages, peak, live);
  }

  private static Path lastManifest(Path out) throws IOException {
    try (Stream<Path> releases = Files.list(out.resolve("releases"))) {
      return releases
          .map(release -> release.resolve("manifest.json"))
          .filter(Files::exists)
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  /** This JVM's flags and classes, another heap, another command. */
  private void fork(String mainClass, Path folder, String name, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-Xmx") && !flag.startsWith("-Xlog"))
        .forEach(command::add);
    command.add("-Xmx" + heap);
    command.add("-Xlog:gc:file=" + folder.resolve(name + "-gc.log"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    File log = folder.resolve(name + ".log").toFile();
    int exit =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException(
          String.format("%s ended with exit code %d; see %s", name, exit, log));
    }
  }

  /** Least-squares slope of log y over log x: y grows like x to that power. */
  static double slope(double[] x, double[] y) {
    double meanX = 0;
    double meanY = 0;
    for (int at = 0; at < x.length; at++) {
      meanX += Math.log(x[at]) / x.length;
      meanY += Math.log(y[at]) / x.length;
    }
    double products = 0;
    double squares = 0;
    for (int at = 0; at < x.length; at++) {
      products += (Math.log(x[at]) - meanX) * (Math.log(y[at]) - meanY);
      squares += (Math.log(x[at]) - meanX) * (Math.log(x[at]) - meanX);
    }
    return products / squares;
  }
}
