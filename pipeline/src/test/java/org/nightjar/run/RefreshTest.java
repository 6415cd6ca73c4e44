package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.HeldOnExecutors;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.rank.RankFeatures;

class RefreshTest extends SparkTest {
  private static final Column NOT_CHANGED = col("user_id").notEqual("u02");
  private static final Set<String> MADE_ANEW =
      Set.of("recommendations", "explanations", "fallback", "similar_items", "input_profile");

  /** Rows made from the user's own events. */
  private static final Column OWN = col("source").isin("repeat", "als");

  @TempDir private Path folder;

  @Test
  void makesNewListsForUsersWithNewEventsOnly() throws IOException {
    List<String> lines = SmallShop.purchases();
    SmallShop.write(folder, lines);
    assertThatThrownBy(this::refresh)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing is published");
    Set<String> held = HeldOnExecutors.names(spark);
    NightResult whole =
        Night.run(spark, SmallShop.configuration(folder, "out"), options("run"), Extent.ALL);
    // A user of group A turns to what group B buys; another one is new.
    for (int item = SmallShop.ITEMS / 2; item < SmallShop.ITEMS - 1; item++) {
      lines.add(String.format("u02,i%02d,2024-03-31T10:00:00Z", item));
      lines.add(String.format("new,i%02d,2024-04-01T10:00:00Z", item));
    }
    SmallShop.write(folder, lines);
    NightResult refreshed = refresh();

    assertThat(refreshed.verdict().violations()).isEmpty();
    assertThat(refreshed.verdict().findings()).isEmpty();
    assertThat(refreshed.seconds()).containsKey("gate");
    assertThat(HeldOnExecutors.since(held, spark)).isEmpty();
    assertThat(releases().current().orElseThrow().runId()).isEqualTo(refreshed.runId());
    for (String table : List.of("recommendations", "explanations")) {
      assertThat(rows(refreshed, table, NOT_CHANGED.and(col("user_id").notEqual("new"))))
          .as(table)
          .isEqualTo(rows(whole, table, NOT_CHANGED));
    }
    assertThat(rows(refreshed, "recommendations", col("user_id").equalTo("u02")))
        .hasSize(5)
        .isNotEqualTo(rows(whole, "recommendations", col("user_id").equalTo("u02")));
    assertThat(rows(refreshed, "recommendations", col("user_id").equalTo("new"))).hasSize(5);

    // What the night measured and summed up is handed on, and so is what its ranking learned.
    Manifest before = releases().manifest(whole.runId());
    Manifest after = releases().manifest(refreshed.runId());
    assertThat(after.tables()).containsOnlyKeys(before.tables().keySet());
    for (String table : before.tables().keySet()) {
      if (!MADE_ANEW.contains(table)) {
        assertThat(rows(refreshed, table, lit(true)))
            .as(table)
            .isEqualTo(
                rows(whole, table, lit(true)).stream()
                    .map(row -> row.replace(whole.runId(), refreshed.runId()))
                    .toList());
      }
    }
    assertThat(after.blendWeights()).isEqualTo(before.blendWeights());
    assertThat(after.learnedRanking()).isEqualTo(before.learnedRanking());
    assertThat(folder.resolve("out/releases/" + refreshed.runId() + "/report.html")).exists();

    // Who objects to being modelled is served as somebody new.
    Files.writeString(folder.resolve("consent.csv"), "user,modelled,served\nu05,no,yes\n");
    String consent =
        String.format(
            "privacy={consent: {format: csv, path: %s/consent.csv, columns: {user_id: user, modelled:"
                + " modelled, served: served}}, unlisted: allow}",
            folder);
    NightResult objected = refresh(consent);
    assertThat(rows(refreshed, "recommendations", col("user_id").equalTo("u05").and(OWN)))
        .isNotEmpty();
    assertThat(rows(objected, "recommendations", col("user_id").equalTo("u05").and(OWN))).isEmpty();
    assertThat(rows(objected, "recommendations", col("user_id").equalTo("u05"))).hasSize(5);

    // Nothing new: every row stays.
    NightResult again = refresh(consent);
    assertThat(rows(again, "recommendations", lit(true)))
        .isEqualTo(rows(objected, "recommendations", lit(true)));

    refusesByName(again);
    refusesOtherArtefacts(again);
    assertThat(releases().current().orElseThrow().runId()).isEqualTo(again.runId());
    assertThat(folder.resolve("out/work").toFile().list()).containsExactly(again.runId());
  }

  private void refusesByName(NightResult last) {
    refuses(
        "Cannot refresh release '" + last.runId() + "'",
        "models.als.rank was 4, is 5",
        "models.als.rank=5");
    refuses("rank.repeat.policy was allow, is exclude", "rank.repeat.policy=exclude");
    refuses("rank.learned.enabled was true, is false", "rank.learned.enabled=false");
    refuses(
        "clean.duplicates.exactEvents was true, is false", "clean.duplicates.exactEvents=false");
    refuses(
        "features.windowsDays was [7,28,91], is [7,28]",
        "feature 'item_events_91d' is missing",
        "feature 'user_events_91d' is missing",
        "features.windowsDays=[7, 28]");
    refuses(
        "features.windowsDays was [7,28,91], is [28,7,91]",
        "feature 'item_events_7d' has moved",
        "features.windowsDays=[28, 7, 91]");
    refuses(
        "feature 'user_size_scaled' is new",
        "userAttributes.size.type was not set, is numeric",
        "userAttributes.size={type: numeric}",
        "sources.users.columns.size=group");
    refuses(
        "sources.items.columns.category.column was kind, is name",
        "sources.items.columns.category=name");
  }

  /** The last of the texts are the changes, which hold an equals sign without a space before it. */
  private void refuses(String... texts) {
    String[] changes =
        Arrays.stream(texts).filter(text -> text.matches("[A-Za-z.]+=.*")).toArray(String[]::new);
    AbstractThrowableAssert<?, ?> refused =
        assertThatThrownBy(() -> refresh(changes)).isInstanceOf(InputException.class);
    Arrays.stream(texts)
        .filter(text -> !List.of(changes).contains(text))
        .forEach(refused::hasMessageContaining);
  }

  private void refusesOtherArtefacts(NightResult last) throws IOException {
    Workspace work = Workspace.ofRun(spark, folder.resolve("out").toString(), last.runId());
    Path file = folder.resolve("out/work/" + last.runId() + "/rank/learned.json");
    String text = Files.readString(file);
    RankingArtefact artefact = RankingArtefact.read(work);
    TrainingBasis basis = artefact.basis();

    // What the configuration says of the features is what the tables have.
    assertThat(basis.features())
        .isEqualTo(
            RankFeatures.names(
                List.of("repeat", "als", "demographic", "popularity"),
                work.read("views", "full", "features", "item_features").schema(),
                work.read("views", "full", "features", "user_features").schema()));

    // Trained by code with one feature fewer, or with other meanings of its features.
    List<String> fewer = new ArrayList<>(basis.features());
    fewer.remove("item_trend");
    save(work, artefact, new TrainingBasis(basis.definition(), basis.settings(), fewer));
    refuses("feature 'item_trend' is new");
    save(work, artefact, new TrainingBasis(0, basis.settings(), basis.features()));
    refuses("definition 0, this version of Nightjar has 1");

    // Of another format, changed by hand, cut short, written by an earlier version.
    Files.writeString(file, text.replace("\"format\":1", "\"format\":2"));
    refuses("is of format 2, this version of Nightjar reads format 1. Start a run.");
    Files.writeString(file, text.replace("item_trend", "item_trendy"));
    refuses("learned.json' is damaged (it is not what was written). Start a run.");
    Files.writeString(file, text.substring(0, text.length() / 2));
    refuses("learned.json' is damaged");
    Files.delete(file);
    refuses("what the ranking learned is not in");
    Files.writeString(file, text);
  }

  private static void save(Workspace work, RankingArtefact artefact, TrainingBasis basis) {
    new RankingArtefact(
            artefact.format(),
            artefact.codeVersion(),
            basis.fingerprint(),
            basis,
            artefact.learned(),
            artefact.choices(),
            artefact.gains())
        .write(work);
  }

  private NightResult refresh(String... changes) {
    return Night.refresh(
        spark, SmallShop.configuration(folder, "out", changes), options("refresh"));
  }

  private static RunOptions options(String command) {
    return new RunOptions(true, Progress.Mode.QUIET, command, "test", "test", List.of());
  }

  private Releases releases() {
    return Releases.at(
        folder.resolve("out").toString(),
        spark.sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  private static List<String> rows(NightResult night, String table, Column of) {
    return sorted(spark.read().parquet(night.release() + "/" + table).where(of));
  }
}
