package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nightjar.config.GateSettings;
import org.nightjar.publish.Finding;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Verdict;

class PrometheusTextTest {
  private static final Instant CUTOFF = Instant.parse("2017-12-01T00:00:00Z");

  @Test
  void aRunInTheTextFormat() {
    Finding churn = new Finding("churn", GateSettings.Level.WARN, 0.9, 0.8, "Much has changed.");
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("ingest", 1.5);
    seconds.put("clean", 2.0);
    Manifest manifest =
        new Manifest(
            Manifest.SCHEMA_VERSION,
            "r1",
            "shop",
            CUTOFF,
            CUTOFF,
            CUTOFF,
            null,
            42,
            "",
            "",
            Map.of(),
            new Manifest.Counts(
                Map.of("events", new Manifest.SourceCount(10, 9)), 9, 9, 5, 100, 7, 90, Map.of()),
            seconds,
            Map.of("recommendations", new Manifest.PublishedTable(90, 1, 10, List.of())),
            Map.of(),
            Map.of(),
            Verdict.of(List.of(), List.of(churn)),
            List.of("Much has changed."));

    assertThat(PrometheusText.of(manifest, true, CUTOFF.plusSeconds(60), 0.125).lines())
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactly(
            "nightjar_finished_timestamp_seconds{name=\"shop\"} 1512086460",
            "nightjar_published{name=\"shop\"} 1",
            "nightjar_cutoff_timestamp_seconds{name=\"shop\"} 1512086400",
            "nightjar_stage_seconds{name=\"shop\",stage=\"ingest\"} 1.5",
            "nightjar_stage_seconds{name=\"shop\",stage=\"clean\"} 2",
            "nightjar_source_rows{name=\"shop\",source=\"events\",rows=\"read\"} 10",
            "nightjar_source_rows{name=\"shop\",source=\"events\",rows=\"kept\"} 9",
            "nightjar_table_rows{name=\"shop\",table=\"recommendations\"} 90",
            "nightjar_gate_findings{name=\"shop\",level=\"warn\"} 1",
            "nightjar_gate_findings{name=\"shop\",level=\"refuse\"} 0",
            "nightjar_warnings{name=\"shop\"} 1",
            "nightjar_map{name=\"shop\"} 0.125");
    assertThat(PrometheusText.of(manifest, false, CUTOFF, null))
        .contains("# TYPE nightjar_published gauge\n", "nightjar_published{name=\"shop\"} 0\n")
        .doesNotContain("nightjar_map");
  }
}
