package org.nightjar.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.clean.Cleaned;
import org.nightjar.clean.Cleaning;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.ingest.Ingest;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.run.Night;
import org.nightjar.run.NightResult;
import org.nightjar.run.Progress;
import org.nightjar.run.RunOptions;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;

class GenerationTest extends SparkTest {
  private static final int USERS = 3_000;
  private static final int ITEMS = 500;
  private static final long EVENTS = 40_000;
  private static final long HEAVIEST = 2_000;

  @TempDir private Path folder;

  @Test
  void rowsAreTheSameWhateverThePartsAndAsManyAsAskedFor() {
    Shop shop = new Shop(spark, size(0, HEAVIEST));
    List<String> events = sorted(shop.events(1));

    assertThat(events).hasSize((int) (EVENTS + HEAVIEST)).doesNotHaveDuplicates();
    assertThat(sorted(shop.events(5))).isEqualTo(events);
    assertThat(sorted(new Shop(spark, size(0, HEAVIEST)).users().repartition(3)))
        .hasSize(USERS + 1)
        .isEqualTo(sorted(shop.users()));
    assertThat(shop.items().select(Items.ITEM_ID).distinct().count()).isEqualTo(ITEMS);
    assertThat(shop.events(3).groupBy(Events.USER_ID).count().agg(Map.of("count", "max")).head())
        .isEqualTo(row(HEAVIEST));
  }

  @Test
  void anotherSeedIsAnotherShop() {
    ShopSize other =
        new ShopSize(USERS, ITEMS, EVENTS, 120, LocalDate.parse("2024-06-30"), 6, 0, 0.9, 1.1, 0);
    Dataset<Row> pairs = new Shop(spark, other).events().select(Events.ORDER_ID, Events.ITEM_ID);
    assertThat(
            pairs
                .intersect(
                    new Shop(spark, size(0, 0)).events().select(Events.ORDER_ID, Events.ITEM_ID))
                .count())
        .isLessThan(EVENTS / 10);
  }

  /** Each kind of dirt is found by the rule that it is for, and nothing else is. */
  @Test
  void theWrittenConfigurationCleansExactlyWhatWasSpoilt() {
    Generation.Written written =
        Generation.write(spark, size(0.2, 0), Generation.Format.PARQUET, folder.toString());
    Configuration configuration = configuration(written);
    assertThat(Ingest.check(spark, configuration)).isEmpty();
    Cleaned cleaned =
        Cleaning.apply(spark, Ingest.read(spark, configuration), configuration, Optional.empty());

    Map<String, Long> spoilt = written.rows().get("events");
    long lost =
        Dirt.OF_EVENTS.stream()
            .filter(kind -> kind.column() != null)
            .mapToLong(kind -> spoilt.get(kind.name()))
            .sum();
    assertThat(spoilt.get("rows")).isEqualTo(EVENTS + spoilt.get("duplicate"));
    assertThat(spoilt.values()).allMatch(rows -> rows > 500);
    assertThat(cleaned.events().count()).isEqualTo(EVENTS - lost);
    assertThat(cleaned.users().count()).isEqualTo(USERS);
    assertThat(cleaned.items().count()).isEqualTo(ITEMS);
    assertThat(
            cleaned
                .users()
                .where(not(col(Attributes.column("gender")).isin("female", "male")))
                .count())
        .isZero();
    assertThat(cleaned.users().where(col(Attributes.column("age")).isNull()).count())
        .isEqualTo(
            written.rows().get("users").get("missing age")
                + written.rows().get("users").get("impossible age"));
  }

  /** As docs/GENERATE.md says. */
  @Test
  void modelsFindWhatIsPlanted() {
    Generation.Written written =
        Generation.write(spark, size(0.05, 0), Generation.Format.CSV, folder.toString());
    NightResult night =
        Night.evaluate(
            spark,
            configuration(written),
            new RunOptions(false, Progress.Mode.QUIET, "evaluate", "test", "test", List.of()));

    assertThat(map(night, "demographic", "activity=cold"))
        .isGreaterThan(1.5 * map(night, "popularity", "activity=cold"));
    assertThat(map(night, "repeat", "all"))
        .isGreaterThan(1.2 * map(night, "demographic", "all"))
        .isGreaterThan(1.2 * map(night, "popularity", "all"));
    assertThat(map(night, "blend", "all")).isGreaterThan(map(night, "popularity", "all"));
  }

  private static double map(NightResult night, String model, String segment) {
    return night.metrics().stream()
        .filter(figure -> figure.model().equals(model) && figure.segment().equals(segment))
        .filter(figure -> figure.metric().equals("map") && figure.k() == 10)
        .mapToDouble(Figure::value)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void doesNotWriteIntoSomethingElse() throws IOException {
    Files.writeString(folder.resolve("mine.txt"), "mine");

    assertThatThrownBy(
            () -> Generation.write(spark, size(0, 0), Generation.Format.CSV, folder.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("something else");
    assertThat(folder.resolve("users")).doesNotExist();
  }

  private Configuration configuration(Generation.Written written) {
    return ConfigurationLoader.load(
        written.configuration(),
        List.of(
            "models={repeat: {type: repeat}, demographic: {type: demographic}, popularity: {type: popularity}}",
            "evaluation.bootstrapReplicates=0",
            "output.path=" + folder.resolve("out")),
        name -> null);
  }

  private static ShopSize size(double dirt, long heaviest) {
    return new ShopSize(
        USERS, ITEMS, EVENTS, 120, LocalDate.parse("2024-06-30"), 5, dirt, 0.9, 1.1, heaviest);
  }
}
