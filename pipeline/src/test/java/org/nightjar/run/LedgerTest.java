package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.config.GateSettings;
import org.nightjar.publish.Finding;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.RankingChoice;

class LedgerTest {
  @TempDir Path work;

  private Ledger ledger() {
    return new Ledger(work.toString(), new Configuration(false));
  }

  @Test
  void whatAStageFoundOutIsKeptToTheLastDigit() {
    Findings found = new Findings();
    found.cutoff = Instant.parse("2024-03-31T10:00:00.000001Z");
    found.users = 40;
    found.items = 12;
    found.events = 480;
    found.recentEvents = 7;
    found.sourceRows.put("events", Map.of("read read", 480L));
    found.views.add(new View("holdout", 0, true, found.cutoff));
    found.views.add(View.full(found.cutoff));
    found.weights = new BlendWeights(Map.of("cold", Map.of("popularity", 0.1 + 0.2)));
    found.choices = List.of(new RankingChoice("cold", 3, -1.0 / 3, null, null, false));
    found.gains = Map.of("item_events", 1e-17);
    found.verdict =
        Verdict.of(
            List.of("Too few rows."),
            List.of(new Finding("churn", GateSettings.Level.WARN, 0.9, 0.8, "Much has changed.")));
    found.written =
        Map.of(
            "metrics",
            new Manifest.PublishedTable(3, 1, 9, List.of(new Manifest.Column("k", "int"))));
    found.shortUsers = Map.of("the rules leave 4 items for the user", 2L);
    found.warnings.add("Look at this.");
    ledger().finish("rank", new Ledger.Entry("print", 1.5, Map.of("rows", 5L), found));

    Ledger.Entry entry = ledger().finished("rank", "print").orElseThrow();
    assertThat(entry.seconds()).isEqualTo(1.5);
    assertThat(entry.counts()).isEqualTo(Map.of("rows", 5L));
    assertThat(entry.found()).usingRecursiveComparison().isEqualTo(found);
    entry.found().warnings.add("It can be added to.");
    entry.found().sourceRows.put("users", Map.of());
  }

  @Test
  void aStepIsDoneOnceUntilWhatItDependsOnChanges() throws IOException {
    List<String> done = new ArrayList<>();
    ledger().once("models/full/als", "one", () -> done.add("first"));
    ledger().once("models/full/als", "one", () -> done.add("again"));
    ledger().once("models/full/als", "two", () -> done.add("changed"));
    assertThat(done).containsExactly("first", "changed");

    Path file = work.resolve("done/models/full/als.json");
    Files.writeString(file, Files.readString(file).substring(0, 10));
    ledger().once("models/full/als", "two", () -> done.add("cut short"));
    assertThat(done).endsWith("cut short");
    for (String text : List.of("", "{}", "null", "[]")) {
      Files.writeString(file, text);
      ledger().once("models/full/als", "two", () -> done.add("damaged: " + text));
      assertThat(done).endsWith("damaged: " + text);
    }
  }

  @Test
  void aStepThatFailsIsNotFinishedEvenIfItOnceWas() {
    ledger().finish("clean", new Ledger.Entry("old", 1, Map.of(), new Findings()));
    try {
      ledger()
          .once(
              "clean",
              "new",
              () -> {
                throw new IllegalStateException("killed");
              });
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    }
    assertThat(ledger().finished("clean", "old")).isEmpty();
    assertThat(ledger().finished("clean", "new")).isEmpty();
  }
}
