package org.nightjar.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.nightjar.table.Recommendations;

/** Releases without Spark, and a clock that is set by hand. */
final class Samples {
  static final Instant CUTOFF = Instant.parse("2017-12-01T00:00:00Z");

  private Samples() {}

  static Releases releases(Path output) {
    return Releases.at(output.toString(), new Configuration(false), new SetClock());
  }

  /** A sealed release whose only table is one file of the given text. */
  static void seal(Path output, String runId, String text, Verdict verdict) {
    Path file =
        output.resolve(
            "releases/" + runId + "/" + Recommendations.TABLE.name() + "/part-0.parquet");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      releases(output).seal(manifest(runId, Files.size(file), verdict));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void seal(Path output, String runId) {
    seal(output, runId, "rows of " + runId, Verdict.of(List.of()));
  }

  static Manifest manifest(String runId, long bytes, Verdict verdict) {
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        runId,
        "sample",
        CUTOFF,
        CUTOFF.plusSeconds(7200),
        CUTOFF.plusSeconds(7260),
        new Manifest.Software("0.1.0", "4.1.0", "17.0.15", "2.13.17", "3.4.2", "VectorBLAS"),
        42,
        "name: sample\n",
        "nightjar run",
        Map.of("users", "abc"),
        new Manifest.Counts(
            Map.of("users", new Manifest.SourceCount(10, 9)), 9, 9, 5, 100, 7, 90, Map.of()),
        Map.of("ingest", 1.5),
        Map.of(
            Recommendations.TABLE.name(),
            new Manifest.PublishedTable(
                90, 1, bytes, Manifest.Column.of(Recommendations.TABLE.schema()))),
        Map.of("cold", Map.of("popularity", 0.75)),
        Map.of("light", new Manifest.LearnedRanking(true, 9, 0.02, 0.01, 0.03)),
        verdict,
        List.of());
  }

  /** Stands still until it is moved. */
  static final class SetClock extends Clock {
    private volatile Instant now = CUTOFF;

    void forward(long seconds) {
      now = now.plusSeconds(seconds);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
