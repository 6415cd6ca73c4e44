package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.SparkTest;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;
import org.nightjar.ingest.Ingest;
import org.nightjar.ingest.Sample;
import org.nightjar.table.Attributes;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;

/** Values that cannot be true or cannot be read: kept out, counted, and told. */
class LostValuesTest extends SparkTest {
  @TempDir Path folder;

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  private Sources sources() throws IOException {
    Source users =
        Sample.csv(
            file("u.csv", "u,born,age", "a,0001-01-01,x", "b,1950-06-01,30", "c,9999-12-31,40"),
            "user_id",
            "u",
            "born",
            "born",
            "age",
            "age");
    Source items =
        Sample.csv(
            file(
                "i.csv",
                "p,launch,stock",
                "p1,9999-12-31,Y",
                "p2,1753-01-01,Y",
                "p3,2020-01-01,D",
                "p4,1900-01-01,N"),
            "item_id",
            "p",
            "launched_at",
            "launch",
            "available",
            "stock");
    Source events =
        Sample.csv(
            file(
                "e.csv",
                "u,i,t",
                "a,p1,2026-01-01",
                "a,p2,2026-01-02",
                "a,p3,9999-12-31T23:59:59Z",
                "b,p3,2026-01-03",
                "b,p1,0001-01-01",
                "b,p1,1970-01-01T00:00:00Z",
                "b,p2,2100-01-01"),
            "user_id",
            "u",
            "item_id",
            "i",
            "event_at",
            "t");
    return new Sources(users, items, List.of(events), null, null);
  }

  private static Configuration configuration(Sources sources, CleanSettings clean, String cutoff) {
    return Sample.configuration(
        sources,
        Map.of(
            "born",
            Sample.attribute(Attribute.Type.TIMESTAMP),
            "age",
            Sample.attribute(Attribute.Type.NUMERIC)),
        clean,
        cutoff);
  }

  private static Cleaned clean(Configuration configuration) {
    return Cleaning.apply(
        spark, Ingest.read(spark, configuration), configuration, Optional.empty());
  }

  @Test
  void noPlaceholderMovesTheCutoff() throws IOException {
    Cleaned cleaned = clean(configuration(sources(), Sample.clean(), Configuration.LATEST));

    assertThat(cleaned.cutoff()).isEqualTo(Instant.parse("2026-01-03T00:00:00.000001Z"));
    assertThat(sorted(cleaned.counts()))
        .contains(
            "[events,implausible-time,quarantined,4]",
            "[events,kept,kept,3]",
            "[items,implausible-time,mended,2]",
            "[items,unparsable,mended,1]",
            "[users,implausible-time,mended,2]",
            "[users,unparsable,mended,1]");
    assertThat(
            sorted(
                cleaned
                    .rejects()
                    .where(col(Rejects.SOURCE_TABLE).equalTo("events"))
                    .select(Rejects.DETAIL)
                    .limit(1)))
        .singleElement()
        .asString()
        .contains(
            ", plausible (clean.plausible) is from 1990-01-01T00:00:00Z to 2100-01-01T00:00:00Z");
    assertThat(
            sorted(
                cleaned.users().selectExpr("user_id", "string(" + Attributes.column("born") + ")")))
        .containsExactly("[a,null]", "[b,1950-06-01 00:00:00]", "[c,null]");
    // What is launched at the end of time is not launched; what cannot be read is not available.
    assertThat(
            sorted(
                cleaned
                    .items()
                    .selectExpr(
                        Items.ITEM_ID, "string(" + Items.LAUNCHED_AT + ")", Items.AVAILABLE)))
        .containsExactly(
            "[p1,2100-01-01 00:00:00,true]",
            "[p2,null,true]",
            "[p3,2020-01-01 00:00:00,false]",
            "[p4,1900-01-01 00:00:00,false]");
  }

  /** With a fixed cutoff they must not pass as events that are merely later. */
  @Test
  void placeholdersAreNoLaterEvents() throws IOException {
    Cleaned cleaned = clean(configuration(sources(), Sample.clean(), "2026-01-03"));
    assertThat(sorted(cleaned.counts()))
        .contains(
            "[events,after-cutoff,dropped,1]",
            "[events,implausible-time,quarantined,4]",
            "[events,kept,kept,2]");
  }

  @Test
  void tellsOfColumnsThatLoseTheirValues() throws IOException {
    Cleaned cleaned = clean(configuration(sources(), Sample.clean(), Configuration.LATEST));
    CleanSettings.Budgets budgets = Sample.clean().budgets();

    assertThat(Cleaning.warnOfRepaired(cleaned.repaired(), budgets))
        .containsExactly(
            "users.age: 1 of 3 rows (33.3 %) have a value that cannot be used; they count as repaired."
                + " Correct the source, or its mapping (format, decimal, values) and clean.ranges.",
            "users.born: 2 of 3 rows (66.7 %) have a value that cannot be used; they count as"
                + " repaired. Correct the source, or its mapping (format, decimal, values) and"
                + " clean.ranges.",
            "items.available: 1 of 4 rows (25.0 %) have a value that cannot be used, for example"
                + " available: 'D' is not true or false; they count as unavailable. Say what such codes"
                + " mean by sources.items.columns.available.values.",
            "items.launched_at: 2 of 4 rows (50.0 %) have a value that cannot be used, for example"
                + " launched_at is 1753-01-01 00:00:00, plausible (clean.plausible) is from"
                + " 1800-01-01T00:00:00Z to 2100-01-01T00:00:00Z; they count as repaired. Correct the"
                + " source, or its mapping (format, decimal, values) and clean.ranges.");
    assertThat(Cleaning.checkRepaired(cleaned.repaired(), budgets)).isEmpty();
    assertThat(
            Cleaning.checkRepaired(
                cleaned.repaired(),
                new CleanSettings.Budgets(
                    0.5, Map.of(), 1, 0.5, 0.5, Map.of("items.available", 0.2), 1)))
        .hasSize(2)
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("items.available: 1 of 4")
                    .contains("Permitted are 20.0 %", "maxRepairedShareByColumn.items.available"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("users.born: 2 of 3")
                    .contains("Permitted are 50.0 %", "clean.budgets.maxRepairedShare."));
    assertThat(
            Cleaning.warnOfRepaired(
                cleaned.repaired(),
                new CleanSettings.Budgets(0.5, Map.of(), 1, 0.5, 1, Map.of(), 0.7)))
        .isEmpty();
  }

  /** Dropped from the catalogue it would be an item of unknown availability. */
  @Test
  void anItemOfUnreadableAvailabilityStaysUnavailable() throws IOException {
    CleanSettings base = Sample.clean();
    CleanSettings drop =
        new CleanSettings(
            base.missingKeys(),
            CleanSettings.Unparsable.DROP,
            base.nonProducts(),
            base.window(),
            base.plausible(),
            base.ranges(),
            base.duplicates(),
            base.returns(),
            base.outliers(),
            base.unknownUsers(),
            base.unknownItems(),
            0,
            base.budgets());
    Cleaned cleaned = clean(configuration(sources(), drop, Configuration.LATEST));
    assertThat(sorted(cleaned.items().where("item_id = 'p3'").select(Items.AVAILABLE)))
        .containsExactly("[false]");
    assertThat(sorted(cleaned.counts()))
        .contains("[users,unparsable,dropped,1]", "[items,unparsable,mended,1]");
  }
}
