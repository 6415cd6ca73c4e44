package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.config.Configuration;
import org.nightjar.table.Events;
import org.nightjar.table.UserFeatures;

/** Nights that leave each user's last basket out, and nights whose events have no telling times. */
class SplitNightTest extends SparkTest {
  private static final String ONE_INSTANT = "2001-01-01T12:00:00Z";

  @TempDir private Path folder;

  @BeforeEach
  void writeShop() throws IOException {
    SmallShop.write(folder, SmallShop.purchases());
  }

  @Test
  void noViewKnowsWhatIsHeldOutThereOrLater() {
    Configuration configuration =
        SmallShop.configuration(
            folder,
            "out",
            "evaluation.split.type=last-basket",
            "evaluation.split.windows=3",
            "models.replenish={type: replenish}");
    evaluate(
        configuration,
        context -> {
          Dataset<Row> all = context.cleaned("events");
          long basketsOfAll = baskets(all).count();
          List<View> views = context.holdouts();
          assertThat(views)
              .extracting(View::name)
              .containsExactly("last-basket", "last-basket-2", "last-basket-3");
          assertThat(views).extracting(View::measured).containsExactly(true, false, false);
          for (int window = 0; window < views.size(); window++) {
            View view = views.get(window);
            Dataset<Row> known = baskets(context.events(view));
            Dataset<Row> unknown = baskets(all).except(known);
            assertThat(basketsOfAll - known.count())
                .as("every user has more baskets than windows")
                .isEqualTo((window + 1L) * SmallShop.USERS);
            assertThat(
                    known
                        .groupBy(Events.USER)
                        .agg(max("day").as("last"))
                        .join(unknown, Events.USER)
                        .where(col("day").leq(col("last")))
                        .count())
                .as("baskets that are unknown, yet not after the last known one")
                .isZero();
            assertThat(context.ofView(view, "truth").select(Events.USER).distinct().count())
                .isEqualTo(SmallShop.USERS);
            assertThat(
                    context.events(view).where(col(Events.EVENT_AT).geq(col(Events.USER_CUTOFF))))
                .satisfies(late -> assertThat(late.count()).isZero());
            assertThat(
                    feature(context, view).where(col(UserFeatures.RECENCY_DAYS).gt(1e-9)).count())
                .as("users whose own clock did not stop at their last event")
                .isZero();
          }
        });
  }

  @Test
  void publishesByTheLastBasket() {
    NightResult night =
        night("out", "evaluation.split.type=last-basket", "evaluation.split.windows=2");
    assertThat(lists(night)).hasSize(SmallShop.USERS * 5);
  }

  /** With event_at not mapped, or mapped to what tells nothing: the same lists, said once. */
  @Test
  void withoutTellingTimesAllIsAsWithoutTimes() throws IOException {
    List<String> purchases = new ArrayList<>();
    SmallShop.purchases()
        .forEach(line -> purchases.add(line.replaceAll(",[^,]*$", "," + ONE_INSTANT)));
    SmallShop.write(folder, purchases);
    NightResult oneInstant = night("one");
    NightResult unmapped = night("none", "sources.events.0.columns={user_id: user, item_id: item}");

    assertThat(lists(oneInstant)).hasSize(SmallShop.USERS * 5).isEqualTo(lists(unmapped));
    assertThat(oneInstant.warnings())
        .filteredOn(warning -> warning.contains("times"))
        .singleElement()
        .asString()
        .contains(
            "all 260 are at 2001-01-01T12:00:00Z",
            "equal in every column count once",
            "A share of 0.2",
            "'time' needs times");
    assertThat(unmapped.warnings())
        .filteredOn(warning -> warning.contains("times"))
        .singleElement()
        .asString()
        .contains("no source maps event_at");
  }

  @Test
  void withoutTellingTimesNothingIsRecentAndNothingFades() throws IOException {
    Files.write(
        folder.resolve("purchases.csv"),
        List.of(
            "user,item,when",
            "u00,i00,2001-01-01",
            "u00,i00,2001-01-01",
            "u00,i01,2001-01-01",
            "u01,i00,2001-01-01",
            "u01,i02,2001-01-01",
            "u02,i00,2001-01-01",
            "u02,i01,2001-01-01",
            "u02,i02,2001-01-01"));
    evaluate(
        SmallShop.configuration(
            folder,
            "out",
            "clean.duplicates.exactEvents=false",
            "models={repeat: {type: repeat, halfLifeDays: 1}, popularity: {type: popularity}}",
            "evaluation.split.share=0.3"),
        context -> {
          View view = context.holdouts().get(0);
          assertThat(view.name()).isEqualTo("random");
          assertThat(context.cleaned("events").where(col(Events.EVENT_AT).isNotNull()).count())
              .isZero();
          assertThat(
                  feature(context, view).where(col(UserFeatures.RECENCY_DAYS).isNotNull()).count())
              .isZero();
          Dataset<Row> histories =
              ModelStage.tables(context.workspace(), view, "repeat").get("histories");
          assertThat(histories.collectAsList())
              .flatExtracting(row -> row.<Number>getList(row.fieldIndex("weights")))
              .extracting(Number::doubleValue)
              .as("whole numbers: how often")
              .allMatch(weight -> weight == Math.rint(weight));
        });
  }

  private static Dataset<Row> baskets(Dataset<Row> events) {
    return events.select(col(Events.USER), col(Events.EVENT_AT).cast("date").as("day")).distinct();
  }

  private static Dataset<Row> feature(RunContext context, View view) {
    return context
        .workspace()
        .read("views", view.name(), FeatureStage.FEATURES, FeatureStage.USER_FEATURES);
  }

  private void evaluate(Configuration configuration, Consumer<RunContext> look) {
    Night.evaluate(spark, configuration, options(false), Optional.empty(), look);
  }

  private NightResult night(String output, String... overrides) {
    return Night.run(spark, SmallShop.configuration(folder, output, overrides), options(true));
  }

  private static RunOptions options(boolean publish) {
    return new RunOptions(publish, Progress.Mode.QUIET, "run", "test", "test", List.of());
  }

  private List<String> lists(NightResult night) {
    return sorted(
        spark
            .read()
            .parquet(night.release() + "/recommendations")
            .select("user_id", "rank", "item_id", "source"));
  }
}
