package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.publish.Pointer;
import org.nightjar.publish.Releases;
import org.nightjar.rank.RankingChoice;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.report.ReportPage;

/** The whole night on a small shop: 40 users in two groups, 12 items, 90 days. */
class NightTest extends SparkTest {
  private static final int USERS = SmallShop.USERS;
  private static final int ITEMS = SmallShop.ITEMS;

  @TempDir private Path folder;

  /** With all that shapes a list, and with an older window that teaches. */
  @Test
  void publishesTheSameListsWhateverTheOrderOfTheInput() throws IOException {
    String[] shaped = {
      "evaluation.split.windows=2",
      "rank.repeat.policy=mixed",
      "rank.diversity={method: calibrated, strength: 0.1, curve: [0.5]}",
      "rank.newItems.share=0.2",
      "models.content={type: content, maxItemEvents: 5}",
      "evaluation.withoutProfiles=true"
    };
    List<String> lines = SmallShop.purchases();
    SmallShop.write(folder, lines);
    NightResult first = night("out/first", shaped);
    Collections.reverse(lines);
    SmallShop.write(folder, lines);
    NightResult second = night("out/second", shaped);

    assertThat(first.verdict().passed()).as("%s", first.verdict().reasons()).isTrue();
    assertThat(recommendations(first)).hasSize(USERS * 5).isEqualTo(recommendations(second));
    assertThat(first.choices())
        .extracting(RankingChoice::segment)
        .containsExactly("cold", "light", "heavy");
    assertThat(first.metrics())
        .extracting(Figure::model)
        .contains("without-profiles", "blend", "learned", "published", "diversity-0.5");
    assertThat(first.choices()).isEqualTo(second.choices());
    assertThat(current("out/first")).map(Pointer::runId).contains(first.runId());
    assertThat(spark.read().parquet(first.release() + "/fallback").where("segment = 'all'").count())
        .isEqualTo(5);
    assertThat(spark.read().parquet(first.release() + "/similar_items").count())
        .isEqualTo(ITEMS * 3L);
    String html =
        Files.readString(folder.resolve("out/first/releases/" + first.runId() + "/report.html"));
    assertThat(html).contains(first.runId()).doesNotContainPattern("\\bu\\d\\d\\b");
    showsWhatThePublishedTablesHold(ReportPage.of(html), first);
    explainsRowsByWhatTheUserBought(first);
    assertThat(
            spark
                .read()
                .parquet(first.release() + "/user_metrics")
                .select("user_id")
                .distinct()
                .count())
        .as("held-out users by their own ids: everybody buys within any 20 days")
        .isEqualTo(USERS);
  }

  /** Of two models, the one that does not look at profiles is left, with its own lists. */
  @Test
  void tellsWhatProfilesLend() throws IOException {
    SmallShop.write(folder, SmallShop.purchases());
    NightResult night =
        night(
            "out",
            "models={demographic: {type: demographic, smoothing: 5}, popularity: {type: popularity}}",
            "rank.learned.enabled=false",
            "evaluation.withoutProfiles=true");

    Map<String, Double> bare = values(night, "without-profiles");
    assertThat(bare).containsKey("activity=light map").isEqualTo(values(night, "popularity"));
    Dataset<Row> compared =
        spark
            .read()
            .parquet(night.release() + "/summaries")
            .where("section = 'comparison' and measure = 'difference'")
            .where("against like 'without-profiles%'");
    assertThat(compared.select("against").as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrder("without-profiles", "without-profiles, light");
    double lent = values(night, "blend").get("all map") - bare.get("all map");
    assertThat(lent).as("the groups were planted").isPositive();
    assertThat(compared.select("value").as(Encoders.DOUBLE()).collectAsList())
        .allSatisfy(difference -> assertThat(difference).isCloseTo(lent, within(1e-6)));
  }

  private static Map<String, Double> values(NightResult night, String model) {
    return night.metrics().stream()
        .filter(figure -> figure.model().equals(model))
        .collect(
            Collectors.toMap(figure -> figure.segment() + " " + figure.metric(), Figure::value));
  }

  private void explainsRowsByWhatTheUserBought(NightResult night) {
    Dataset<Row> explained = spark.read().parquet(night.release() + "/explanations");
    assertThat(explained.select("user_id", "rank", "item_id", "source").distinct().count())
        .isBetween(USERS * 4L, USERS * 5L);
    assertThat(
            explained
                .join(
                    spark.read().parquet(night.release() + "/recommendations"),
                    new String[] {"user_id", "rank", "item_id", "source"},
                    "left_anti")
                .count())
        .isZero();
    assertThat(
            explained
                .where(
                    "abs(aggregate(parts, rest, (sum, part) -> sum + part.value) - model_score) > 1e-6")
                .count())
        .isZero();
    Dataset<Row> parts = explained.selectExpr("user_id", "inline(parts)");
    assertThat(parts.count()).isPositive();
    assertThat(
            parts
                .where("kind = 'had'")
                .join(
                    spark
                        .read()
                        .option("header", true)
                        .csv(folder + "/purchases.csv")
                        .selectExpr("user as user_id", "item as what"),
                    new String[] {"user_id", "what"},
                    "left_anti")
                .count())
        .isZero();
  }

  private void showsWhatThePublishedTablesHold(ReportPage page, NightResult night) {
    Dataset<Row> summaries = spark.read().parquet(night.release() + "/summaries");
    assertThat(page.column("distribution-users-group"))
        .containsExactly(20.0, 20.0)
        .isEqualTo(values(summaries, "section = 'distribution' and subject = 'users.group'"));
    assertThat(page.column("distribution-per-user-recency-days"))
        .isEqualTo(
            values(summaries, "section = 'distribution' and subject = 'per_user.recency_days'"));
    assertThat(page.column("volume"))
        .isEqualTo(values(summaries, "section = 'volume'"))
        .satisfies(
            days ->
                assertThat(days.stream().mapToDouble(day -> day).sum())
                    .isEqualTo(
                        (double)
                            spark
                                .read()
                                .option("header", true)
                                .csv(folder + "/purchases.csv")
                                .count()));
    assertThat(page.line("clock", "Mon"))
        .isEqualTo(values(summaries, "section = 'clock' and series = 'Mon'"));
    assertThat(page.tables().get("contributions"))
        .hasSize(5)
        .allSatisfy(
            rank ->
                assertThat(rank.figures().stream().mapToDouble(rows -> rows).sum())
                    .isEqualTo(USERS));
    for (Row row :
        summaries
            .where("section = 'comparison' and measure = 'difference'")
            .select("against", "value")
            .collectAsList()) {
      assertThat(page.line("comparisons", row.getString(0)).get(0)).isEqualTo(row.getDouble(1));
    }
    List<Double> shown =
        page.tables().values().stream()
            .flatMap(List::stream)
            .flatMap(line -> line.figures().stream())
            .toList();
    assertThat(shown)
        .containsAll(values(spark.read().parquet(night.release() + "/metrics"), "segment = 'all'"));
  }

  private static List<Double> values(Dataset<Row> table, String condition) {
    String place = List.of(table.columns()).contains("position") ? "position" : "value";
    return table.where(condition).orderBy(place).select("value").collectAsList().stream()
        .map(row -> row.getDouble(0))
        .toList();
  }

  @Test
  void publishesNothingFromBadInput() throws IOException {
    SmallShop.write(folder, SmallShop.purchases());
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
    return Night.run(spark, SmallShop.configuration(folder, output, overrides), options);
  }
}
