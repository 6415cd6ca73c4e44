package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.publish.Finding;
import org.nightjar.publish.Releases;

/**
 * Nights after a good one whose input something has happened to. The shop: 60 users buy 12 of 30
 * items within 90 days, nothing twice, so that nobody can tell what they buy next.
 */
class MishapNightTest extends SparkTest {
  private static final int USERS = 60;
  private static final int ITEMS = 30;
  private static final int VISITS = 12;
  private static final int DAYS = 90;
  private static final int TRUTH_DAYS = 20;
  private static final LocalDate FIRST = LocalDate.parse("2024-01-01");

  /** Nothing but in ids. */
  private static final String TOKEN = "Xq7";

  @TempDir private static Path folder;
  private static NightResult good;

  @BeforeAll
  static void aGoodNight() throws IOException {
    good = night(purchases(0, 1));
    assertThat(good.verdict().passed()).as("%s", good.verdict().reasons()).isTrue();
  }

  @Test
  void halfOfThePurchasesAreMissing() throws IOException {
    List<String> all = purchases(0, 1);
    List<String> half = new ArrayList<>();
    for (int at = 0; at < all.size(); at += 2) {
      half.add(all.get(at));
    }
    NightResult refused = night(half);

    assertRefused(refused, "volume", "events");
    Releases releases = releases();
    assertThat(releases.manifest(refused.runId()).verdict()).isEqualTo(refused.verdict());
    releases.promoteRefused(refused.runId(), "the shop was closed");
    assertThat(releases.current().orElseThrow().runId()).isEqualTo(refused.runId());
    releases.rollback();
  }

  @Test
  void aReleaseKeepsWhatTheNextNightIsHeldAgainst() {
    assertThat(good.verdict().findings()).isEmpty();
    assertThat(releases().manifest(good.runId()).tables())
        .containsKeys("user_metrics", "input_profile");
    assertThat(spark.read().parquet(good.release() + "/user_metrics").columns())
        .containsExactly("user_id", "metric", "k", "value");
  }

  @Test
  void pricesAreInCents() throws IOException {
    assertRefused(night(purchases(0, 100)), "drift", "events.amount");
  }

  @Test
  void usersAreShuffled() throws IOException {
    assertRefused(night(purchases(4, 1)), "churn", "last list"); // none of the own items is left
  }

  /** Every purchase of the days that are held out is there a second time, before them. */
  @Test
  void theTruthLeaksFromTheFuture() throws IOException {
    List<String> lines = purchases(0, 1);
    for (String line : List.copyOf(lines)) {
      String[] cells = line.split(",");
      LocalDate day = LocalDate.parse(cells[2].substring(0, 10));
      if (!day.isBefore(FIRST.plusDays(DAYS - TRUTH_DAYS))) {
        cells[2] = FIRST.plusDays(DAYS - TRUTH_DAYS - 2) + "T10:00:00Z";
        lines.add(String.join(",", cells));
      }
    }
    assertRefused(night(lines), "too-good", "MAP");
  }

  /** The log, too, is searched by scripts/check/ids. */
  @Test
  void noIdIsInTheReportOrTheMetrics() throws IOException {
    assertThat(Files.readString(folder.resolve("night.prom"))).doesNotContain(TOKEN);
    assertThat(Files.readString(folder.resolve("out/releases/" + good.runId() + "/report.html")))
        .contains(good.runId())
        .doesNotContain(TOKEN);
  }

  private static void assertRefused(NightResult night, String rule, String words) {
    assertThat(night.verdict().passed()).isFalse();
    assertThat(night.verdict().violations()).isEmpty();
    assertThat(night.verdict().findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.rule()).isEqualTo(rule);
              assertThat(finding.reason()).contains(words);
            });
    assertThat(releases().current().orElseThrow().runId()).isEqualTo(good.runId());
    assertThat(releases().manifest(night.runId()).verdict().findings())
        .extracting(Finding::rule)
        .contains(rule);
  }

  private static Releases releases() {
    return Releases.at(
        folder.resolve("out").toString(),
        spark.sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  /** By user, item, time and what was paid. */
  private static List<String> purchases(int shift, int factor) {
    List<String> lines = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int visit = 0; visit < VISITS; visit++) {
        int item = (user * 13 + visit * 7 + user / 30) % ITEMS;
        LocalDate day = FIRST.plusDays((user * 3 + visit * 8) % DAYS);
        lines.add(
            String.format(
                Locale.ROOT,
                "%sU%02d,i%02d,%sT10:00:00Z,%d",
                TOKEN,
                (user + shift) % USERS,
                item,
                day,
                factor * (1 + item)));
      }
    }
    return lines;
  }

  private static NightResult night(List<String> purchases) throws IOException {
    List<String> lines = new ArrayList<>(List.of("user,item,when,paid"));
    lines.addAll(purchases);
    Files.write(folder.resolve("purchases.csv"), lines);
    String text =
        """
        name: shop
        sources:
          events: {format: csv, path: FOLDER/purchases.csv, options: {header: true}, columns: {user_id: user, item_id: item, event_at: when, amount: paid}}
        models:
          repeat: {type: repeat, halfLifeDays: 5}
          popularity: {type: popularity}
        rank: {listLength: 5, candidatesPerModel: 12, blend: {learn: false, weights: {popularity: 0.001}}}
        evaluation: {split: {type: time, days: 20}, ks: [5], bootstrapReplicates: 50}
        # What was bought is not bought again, so the lists must lose to popularity.
        gate: {levels: {worse-than-models: "off"}}
        output: {path: FOLDER/out, similarItems: 3, metricsFile: FOLDER/night.prom}
        """;
    RunOptions options =
        new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of());
    return Night.run(
        spark,
        ConfigurationLoader.load(
            text.replace("FOLDER", folder.toString()), "shop.yaml", List.of(), name -> null),
        options);
  }
}
