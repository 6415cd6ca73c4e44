package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.publish.Finding;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;
import org.nightjar.rank.RankingChoice;
import org.nightjar.report.ReportData.Figure;

/** The whole night on a small shop: 40 users in two groups, 12 items, 90 days. */
class NightTest extends SparkTest {
  private static final int USERS = 40;
  private static final int ITEMS = 12;
  private static final int DAYS = 90;

  @TempDir private Path folder;

  /** With all that shapes a list, and with an older window that teaches. */
  @Test
  void publishesTheSameListsWhateverTheOrderOfTheInput() throws IOException {
    String[] shaped = {
      "evaluation.split.windows=2",
      "rank.repeat.policy=mixed",
      "rank.diversity={method: calibrated, strength: 0.1, curve: [0.5]}",
      "rank.newItems.share=0.2",
      "models.content={type: content, maxItemEvents: 5}"
    };
    List<String> lines = purchases();
    writeShop(lines);
    NightResult first = night("out/first", shaped);
    Collections.reverse(lines);
    writeShop(lines);
    NightResult second = night("out/second", shaped);

    assertThat(first.verdict().passed()).as("%s", first.verdict().reasons()).isTrue();
    assertThat(recommendations(first)).hasSize(USERS * 5).isEqualTo(recommendations(second));
    assertThat(first.choices())
        .extracting(RankingChoice::segment)
        .containsExactly("cold", "light", "heavy");
    assertThat(first.metrics())
        .extracting(Figure::model)
        .contains("blend", "learned", "published", "diversity-0.5");
    assertThat(first.choices()).isEqualTo(second.choices());
    assertThat(current("out/first")).map(Pointer::runId).contains(first.runId());
    assertThat(spark.read().parquet(first.release() + "/fallback").where("segment = 'all'").count())
        .isEqualTo(5);
    assertThat(spark.read().parquet(first.release() + "/similar_items").count())
        .isEqualTo(ITEMS * 3L);
    assertThat(
            Files.readString(
                folder.resolve("out/first/releases/" + first.runId() + "/report.html")))
        .contains(first.runId());
  }

  @Test
  void refusesANightWithHalfOfThePurchasesAndKeepsTheLastRelease() throws IOException {
    List<String> lines = purchases();
    writeShop(lines);
    NightResult good = night("out/gate");
    assertThat(good.verdict().findings()).isEmpty();
    writeShop(
        IntStream.range(0, lines.size()).filter(i -> i % 2 == 0).mapToObj(lines::get).toList());
    NightResult half = night("out/gate");

    assertThat(half.verdict().passed()).isFalse();
    assertThat(half.verdict().violations()).isEmpty();
    assertThat(half.verdict().findings()).extracting(Finding::rule).contains("volume");
    assertThat(current("out/gate")).map(Pointer::runId).contains(good.runId());
    Releases releases = releases("out/gate");
    assertThat(releases.manifest(half.runId()).verdict()).isEqualTo(half.verdict());
    assertThat(releases.manifest(good.runId()).tables())
        .containsKeys("user_metrics", "input_profile");
    assertThat(spark.read().parquet(good.release() + "/user_metrics").columns())
        .containsExactly("user_id", "metric", "k", "value");
    releases.promoteRefused(half.runId(), "the shop was closed");
    assertThat(current("out/gate")).map(Pointer::runId).contains(half.runId());
  }

  @Test
  void aRefreshMakesNewListsForUsersWithNewEventsOnly() throws IOException {
    assertThatThrownBy(() -> refresh("out/refresh"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing is published");
    List<String> lines = purchases();
    writeShop(lines);
    NightResult whole = night("out/refresh");
    // A user of group A turns to what group B buys; another one is new.
    for (int item = ITEMS / 2; item < ITEMS - 1; item++) {
      lines.add(String.format("u02,i%02d,2024-04-10T10:00:00Z", item));
      lines.add(String.format("new,i%02d,2024-04-11T10:00:00Z", item));
    }
    writeShop(lines);
    NightResult refreshed = refresh("out/refresh");

    assertThat(refreshed.verdict().violations()).isEmpty();
    assertThat(current("out/refresh")).map(Pointer::runId).contains(refreshed.runId());
    assertThat(othersThan("u02", refreshed)).isEqualTo(othersThan("u02", whole));
    assertThat(listOf("u02", refreshed)).hasSize(5).isNotEqualTo(listOf("u02", whole));
    assertThat(listOf("new", refreshed)).hasSize(5);
    assertThat(refreshed.metrics()).isEqualTo(whole.metrics());
    assertThat(refreshed.weights()).isEqualTo(whole.weights());

    // Nothing new: every row stays. And other models cannot be refreshed.
    NightResult again = refresh("out/refresh");
    assertThat(recommendations(again)).isEqualTo(recommendations(refreshed));
    assertThatThrownBy(() -> refresh("out/refresh", "models.als.rank=5"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "other settings than release '" + again.runId() + "' for the models als.");
  }

  private NightResult refresh(String output, String... overrides) {
    RunOptions options =
        new RunOptions(true, Progress.Mode.QUIET, "refresh", "test", "test", List.of());
    return Night.refresh(spark, configuration(output, overrides), options);
  }

  private List<String> othersThan(String user, NightResult night) {
    return recommendations(night).stream()
        .filter(row -> !row.startsWith("[" + user) && !row.startsWith("[new"))
        .toList();
  }

  private List<String> listOf(String user, NightResult night) {
    return recommendations(night).stream().filter(row -> row.startsWith("[" + user)).toList();
  }

  @Test
  void publishesNothingFromBadInput() throws IOException {
    writeShop(purchases());
    Files.writeString(folder.resolve("purchases.csv"), "user,item,when\n");

    assertThatThrownBy(() -> night("out/bad"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("purchases.csv");
    assertThat(current("out/bad")).isEmpty();
  }

  private Optional<Pointer> current(String output) {
    return releases(output).current();
  }

  private Releases releases(String output) {
    return Releases.at(
        folder.resolve(output).toString(),
        spark.sparkContext().hadoopConfiguration(),
        Clock.systemUTC());
  }

  private List<String> recommendations(NightResult night) {
    return sorted(
        spark
            .read()
            .parquet(night.release() + "/recommendations")
            .select("user_id", "rank", "item_id", "source"));
  }

  private NightResult night(String output, String... overrides) {
    RunOptions options =
        new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of());
    return Night.run(spark, configuration(output, overrides), options);
  }

  private Configuration configuration(String output, String... overrides) {
    String text =
        """
        name: shop
        sources:
          users: {format: csv, path: FOLDER/users.csv, options: {header: true}, columns: {user_id: user, group: group}}
          items: {format: csv, path: FOLDER/items.csv, options: {header: true}, columns: {item_id: item, text: name, category: kind}}
          events: {format: csv, path: FOLDER/purchases.csv, options: {header: true}, columns: {user_id: user, item_id: item, event_at: when}}
        userAttributes: {group: {type: categorical}}
        models:
          repeat: {type: repeat}
          als: {type: als, rank: 4, iterations: 3}
          demographic: {type: demographic, smoothing: 5}
          popularity: {type: popularity}
        rank:
          listLength: 5
          candidatesPerModel: 12
          learned: {enabled: true, trees: 5, maxRows: 1000}
        evaluation: {split: {type: time, days: 20}, ks: [5], bootstrapReplicates: 20}
        # Forty users are too few to learn weights from, and unweighted models lose to the planted groups.
        gate: {levels: {worse-than-models: "off"}}
        output: {path: FOLDER/OUTPUT, similarItems: 3}
        """;
    return ConfigurationLoader.load(
        text.replace("FOLDER", folder.toString()).replace("OUTPUT", output),
        "shop.yaml",
        List.of(overrides),
        name -> null);
  }

  /** Group A likes the first half of the items, group B the second; everyone buys item 0. */
  private static List<String> purchases() {
    List<String> lines = new ArrayList<>();
    LocalDate first = LocalDate.parse("2024-01-01");
    for (int user = 0; user < USERS; user++) {
      for (int visit = 0; visit < 12; visit++) {
        int item =
            visit % 4 == 0 ? 0 : (user % 2) * (ITEMS / 2) + (user * 7 + visit * 5) % (ITEMS / 2);
        LocalDate day = first.plusDays((user * 3 + visit * 8) % DAYS);
        lines.add(String.format("u%02d,i%02d,%sT10:00:00Z", user, item, day));
      }
    }
    return lines;
  }

  private void writeShop(List<String> purchases) throws IOException {
    List<String> users = new ArrayList<>(List.of("user,group"));
    for (int user = 0; user < USERS; user++) {
      users.add(String.format("u%02d,%s", user, user % 2 == 0 ? "A" : "B"));
    }
    List<String> items = new ArrayList<>(List.of("item,name,kind"));
    for (int item = 0; item < ITEMS; item++) {
      items.add(String.format("i%02d,Item %d,kind %d", item, item, item % 3));
    }
    List<String> events = new ArrayList<>(List.of("user,item,when"));
    events.addAll(purchases);
    Files.write(folder.resolve("users.csv"), users);
    Files.write(folder.resolve("items.csv"), items);
    Files.write(folder.resolve("purchases.csv"), events);
  }
}
