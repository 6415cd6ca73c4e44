package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.generate.Generation;
import org.nightjar.generate.ShopSize;

class PlanningTest extends SparkTest {
  private static final long GIBIBYTE = 1L << 30;

  @TempDir private Path folder;

  @Test
  void tellsSizesStagesAndMemoryOfAShop() {
    ShopSize size =
        new ShopSize(300, 24, 5_000, 60, LocalDate.parse("2024-06-30"), 1, 0.1, 1, 1, 0);
    Generation.Written csv =
        Generation.write(spark, size, Generation.Format.CSV, folder.resolve("csv").toString());
    Generation.Written parquet =
        Generation.write(
            spark, size, Generation.Format.PARQUET, folder.resolve("parquet").toString());

    Plan ofCsv = Planning.of(spark, load(csv.configuration()));
    Plan ofParquet = Planning.of(spark, load(parquet.configuration()));

    for (Plan plan : List.of(ofCsv, ofParquet)) {
      assertThat(plan.inputs()).extracting(Plan.Input::source).contains("users", "items", "events");
      plan.inputs()
          .forEach(
              input ->
                  assertThat(input.rows())
                      .isEqualTo(csv.rows().get(input.source()).get("rows").longValue()));
      assertThat(plan.steps()).extracting(Plan.Step::stage).isEqualTo(Night.stages());
      assertThat(plan.steps()).allMatch(step -> step.seconds() > 0);
    }
    assertThat(ofCsv.inputs()).allMatch(input -> input.basis().contains("heads"));
    assertThat(ofParquet.inputs()).allMatch(input -> input.basis().contains("footers"));
    Planning.requireFits(ofCsv);
  }

  @Test
  void estimatesTheRowsOfALongFileByItsBeginning() throws IOException {
    Path file = folder.resolve("events.csv");
    Files.write(file, Collections.nCopies(300_000, "u1,i1,2024-01-01"));
    Configuration configuration =
        load(
            """
            name: shop
            sources: {events: {format: csv, path: %s, header: [u, i, t], columns: {user_id: u, item_id: i, event_at: t}}}
            models: {popularity: {type: popularity}}
            output: {path: %s}
            """
                .formatted(file, folder.resolve("out")),
            "shop.yaml");

    Plan plan = Planning.of(spark, configuration);

    assertThat((double) plan.volume().events()).isCloseTo(300_000, within(3_000.0));
    assertThat(plan.volume().users()).isEqualTo(1);
    assertThat(plan.volume().items()).isEqualTo(1);
  }

  @Test
  void aHeapTooSmallForTheCatalogueIsRefusedByName() {
    Configuration configuration =
        load(
            """
            name: shop
            sources: {events: {format: csv, path: x, columns: {user_id: u, item_id: i, event_at: t}}}
            models: {ease: {type: ease}, als: {type: als, rank: 100}}
            output: {path: out}
            """,
            "shop.yaml");
    MemoryNeeds memory =
        new MemoryNeeds(configuration, new Plan.Volume(1_000, 1_000, 20_000, 9, "given"));
    List<Plan.Need> needs = memory.of(2);

    // 20,000 items × (100 factors + 1) × 4 bytes, three times on the driver, twice on executors.
    assertThat(needs)
        .contains(new Plan.Need("model als", "rank", 24_240_000, 16_160_000))
        .anyMatch(need -> need.what().equals("matrix of ease") && need.driverBytes() > 1.6e9);
    assertThat(MemoryNeeds.heaps(needs, 8 * GIBIBYTE, 8 * GIBIBYTE, true))
        .singleElement()
        .matches(Plan.Heap::fits);
    List<Plan.Heap> small = MemoryNeeds.heaps(needs, GIBIBYTE, 8 * GIBIBYTE, false);
    assertThat(small).extracting(Plan.Heap::fits).containsExactly(false, true);
    Plan plan =
        new Plan("shop", List.of(), new Plan.Volume(1, 1, 1, 1, ""), List.of(), needs, small);
    assertThatThrownBy(() -> Planning.requireFits(plan))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("Stage models", "matrix of ease", "heap of the driver", "1.0 GiB");
  }

  @Test
  void rowsThatRepeatTheirIdsDoNotFillTheHeap() throws IOException {
    Path file = folder.resolve("lines.csv");
    Files.write(file, Collections.nCopies(200_000, "u1,i1,2024-01-01"));
    Configuration configuration =
        load(
            """
            name: shop
            sources:
              items: {format: csv, path: %1$s, header: [u, i, t], columns: {item_id: i}}
              events: {format: csv, path: %1$s, header: [u, i, t], columns: {user_id: u, item_id: i, event_at: t}}
            models: {ease: {type: ease}, als: {type: als, rank: 500}}
            output: {path: %2$s}
            """
                .formatted(file, folder.resolve("out")),
            "shop.yaml");

    assertThat(Planning.memoryProblems(spark, configuration, new Plan.Volume(1, 1, 200_000, 1, "")))
        .as("as many items would be too many")
        .isNotEmpty();
    assertThat(Planning.memoryProblems(spark, configuration)).isEmpty();
    assertThat(Planning.of(spark, configuration).volume().items()).isEqualTo(1);
  }

  @Test
  void stagesTakeAsLongAsLastTimeTimesWhatThereIsMoreToDo() {
    Configuration configuration =
        load(
            """
            name: shop
            sources: {events: {format: csv, path: x, columns: {user_id: u, item_id: i, event_at: t}}}
            models: {popularity: {type: popularity}}
            output: {path: out}
            """,
            "shop.yaml");
    StageTimes.Past past =
        new StageTimes.Past(
            Map.of("clean", 10.0, "rank", 7.0, "report", 4.0),
            new Plan.Volume(100, 100, 50, 1_000, "counted"));

    List<Plan.Step> steps =
        new StageTimes(configuration, new Plan.Volume(200, 200, 100, 3_000, ""))
            .of(List.of("clean", "rank", "report", "publish"), Optional.of(past), 2);

    assertThat(steps.subList(0, 3)).extracting(Plan.Step::seconds).containsExactly(30.0, 28.0, 4.0);
    assertThat(steps.get(3).basis()).contains("rates");
  }

  @Test
  void everyWindowAndEveryLessonOfTheTreesTakesItsTime() {
    Plan.Volume volume = new Plan.Volume(20_000, 20_000, 1_000, 1_000_000, "");
    double[] models = new double[2];
    double[] rank = new double[2];
    for (int at = 0; at < 2; at++) {
      List<Plan.Step> steps =
          new StageTimes(
                  load(
                      """
                      name: shop
                      sources: {events: {format: csv, path: x, columns: {user_id: u, item_id: i, event_at: t}}}
                      models: {popularity: {type: popularity}}
                      rank: {learned: {enabled: %s}}
                      evaluation: {split: {windows: %d}}
                      output: {path: out}
                      """
                          .formatted(at == 1, 1 + 2 * at),
                      "shop.yaml"),
                  volume)
              .of(List.of("models", "rank"), Optional.empty(), 1);
      models[at] = steps.get(0).seconds();
      rank[at] = steps.get(1).seconds();
    }
    assertThat(models[1]).as("four views instead of two").isEqualTo(2 * models[0]);
    // 2,500,000 rows, 120 trees for two objectives and two shares, for all and for each window.
    assertThat(rank[1] - 2 * rank[0]).isCloseTo(2_500_000L * 480 * 4 * 1.9e-7, within(1.0));
  }

  private static Configuration load(String location) {
    return ConfigurationLoader.load(location, List.of(), name -> null);
  }

  private static Configuration load(String text, String origin) {
    return ConfigurationLoader.load(text, origin, List.of(), name -> null);
  }
}
