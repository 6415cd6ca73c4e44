package org.nightjar.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.config.Attribute;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.CleanSettings.OutOfBounds;
import org.nightjar.config.CleanSettings.OutlierMethod;
import org.nightjar.config.CleanSettings.UnknownPolicy;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;
import org.nightjar.ingest.Ingest;
import org.nightjar.ingest.Ingested;
import org.nightjar.ingest.Sample;
import org.nightjar.table.Attributes;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

class CleaningTest extends SparkTest {
  @TempDir Path folder;

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  private Source events(String... lines) throws IOException {
    String[] all = new String[lines.length + 1];
    all[0] = "order,user,item,at,qty,paid";
    System.arraycopy(lines, 0, all, 1, lines.length);
    return Sample.csv(
        file("events.csv", all),
        "order_id",
        "order",
        "user_id",
        "user",
        "item_id",
        "item",
        "event_at",
        "at",
        "quantity",
        "qty",
        "amount",
        "paid");
  }

  /** Every rule on, a row for each. */
  private Configuration dirty() throws IOException {
    Source users =
        Sample.csv(
            file(
                "users.csv",
                "user,city,age",
                "u1,Oslo,30",
                "u1,Oslo,",
                "u2, oslo,abc",
                "u3,N/A,200",
                ",Rome,1",
                "u4,Rome,40,50",
                "u5,,"),
            "user_id",
            "user",
            "city",
            "city",
            "age",
            "age");
    Source items =
        Sample.csv(
            file(
                "items.csv",
                "item,price,name",
                "i1,9.5,One",
                "i2,,Two",
                "POST,1,Postage",
                "i1,9.5,Uno"),
            "item_id",
            "item",
            "price",
            "price",
            "text",
            "name");
    Source events =
        events(
            "1,u1,i1,2024-01-01T10:00:00,1,9",
            "1,u1,i1,2024-01-01T10:00:00,1,9",
            "2,u1,i2,2024-01-02T10:00:00,5,50",
            "C3,u1,i2,2024-01-03T10:00:00,-2,-20",
            "C4,u2,i1,2024-01-03T10:00:00,-1,-9",
            "5,u2,i1,2024-01-04T10:00:00,1,9",
            "C6,u2,i1,2024-01-05T10:00:00,-1,-9",
            "7,,i1,2024-01-05T10:00:00,1,9",
            "8,u2,POST,2024-01-05T10:00:00,1,9",
            "9,u2,i1,05/01/2024,1,9",
            "10,u2,i1,2024-01-05T11:00:00,many,9",
            "11,u2,i1,2024-01-05T10:00:00,1,-7",
            "12,u2,i1,2010-01-05T10:00:00,1,9",
            "13,u2,i1,2025-01-05T10:00:00,1,9",
            "14,bot,i1,2024-01-06T10:00:00,1,9",
            "15,bot,i1,2024-01-06T11:00:00,1,9",
            "16,bot,i1,2024-01-06T12:00:00,1,9",
            "17,bot,i1,2024-01-06T13:00:00,1,9",
            "18,u9,i1,2024-01-06T13:00:00,1,9",
            "19,u5,i9,2024-01-06T13:00:00,1,9",
            "20,u5,i1,2024-01-07T13:00:00,1,9",
            "20,u5,i1,2024-01-08T13:00:00,2,20",
            "21,u5,i2,2024-01-08T13:00:00,1,10",
            "22,u5,i2,2024-01-09T13:00:00,1,9000",
            "23,u5,i2",
            "24,u5,i2,,1,10");
    Source requested =
        Sample.csv(file("requested.csv", "u", "u1", "u8", "u1", "\"\""), "user_id", "u");
    Source denied =
        Sample.csv(
            file("denied.csv", "u,i", "u1,i2", "u1,i2", "nobody,i1", "u1,nothing", ",i1"),
            "user_id",
            "u",
            "item_id",
            "i");
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put(
        "city",
        new Attribute(
            Attribute.Type.CATEGORICAL,
            List.of(),
            Attribute.LetterCase.UPPER,
            Map.of(),
            List.of("n/a"),
            Attribute.Impute.MODE,
            null));
    attributes.put(
        "age",
        new Attribute(
            Attribute.Type.NUMERIC,
            List.of(),
            Attribute.LetterCase.AS_IS,
            Map.of(),
            List.of(),
            Attribute.Impute.MEDIAN,
            null));
    CleanSettings clean =
        new CleanSettings(
            CleanSettings.Unparsable.NULL,
            List.of("POST"),
            new CleanSettings.Window("2024-01-01", null),
            Map.of(
                "events.amount", new CleanSettings.Range(0.0, null, false, OutOfBounds.DROP),
                "users.age", new CleanSettings.Range(0.0, 120.0, false, OutOfBounds.NULL)),
            Sample.duplicates(true, "order_id", "item_id"),
            new CleanSettings.Returns("C.*", false),
            Map.of(
                "events.amount",
                new CleanSettings.Outliers(OutlierMethod.IQR, 10, OutOfBounds.DROP)),
            UnknownPolicy.DROP,
            UnknownPolicy.QUARANTINE,
            3,
            new CleanSettings.Budgets(0.5, Map.of(), 1, 0.5));
    return Sample.configuration(
        new Sources(users, items, List.of(events), requested, denied),
        attributes,
        clean,
        "2025-01-01T00:00:00Z");
  }

  private static Cleaned clean(Configuration configuration) {
    return clean(configuration, UnaryOperator.identity());
  }

  private static Cleaned clean(
      Configuration configuration, UnaryOperator<Dataset<Row>> arrangement) {
    Ingested in = Ingest.read(spark, configuration);
    Ingested arranged =
        new Ingested(
            apply(arrangement, in.users()),
            apply(arrangement, in.items()),
            apply(arrangement, in.events()),
            apply(arrangement, in.requested()),
            apply(arrangement, in.denied()),
            apply(arrangement, in.test()));
    return Cleaning.apply(spark, arranged, configuration, Optional.empty());
  }

  private static Dataset<Row> apply(UnaryOperator<Dataset<Row>> arrangement, Dataset<Row> rows) {
    return rows == null ? null : arrangement.apply(rows.localCheckpoint());
  }

  @Test
  void accountsForEveryRowWithEveryRuleOn() throws IOException {
    Cleaned cleaned = clean(dirty());

    assertThat(sorted(cleaned.counts()))
        .containsExactly(
            "[denied,duplicate-key,dropped,1]",
            "[denied,kept,kept,1]",
            "[denied,missing-key,dropped,1]",
            "[denied,read,read,5]",
            "[denied,unknown-item,dropped,1]",
            "[denied,unknown-user,dropped,1]",
            "[events,after-cutoff,dropped,1]",
            "[events,bot,quarantined,4]",
            "[events,duplicate-key,dropped,1]",
            "[events,exact-duplicate,dropped,1]",
            "[events,kept,kept,5]",
            "[events,malformed-line,dropped,1]",
            "[events,missing-key,dropped,1]",
            "[events,missing-time,dropped,1]",
            "[events,non-product,dropped,1]",
            "[events,out-of-range,dropped,1]",
            "[events,outlier,dropped,1]",
            "[events,outside-window,dropped,1]",
            "[events,read,read,26]",
            "[events,return,dropped,2]",
            "[events,return-unmatched,dropped,1]",
            "[events,returned,dropped,1]",
            "[events,returned,mended,1]",
            "[events,unknown-item,quarantined,1]",
            "[events,unknown-user,dropped,1]",
            "[events,unparsable,dropped,1]",
            "[events,unparsable,mended,1]",
            "[items,duplicate-key,dropped,1]",
            "[items,kept,kept,2]",
            "[items,non-product,dropped,1]",
            "[items,price-from-events,mended,1]",
            "[items,read,read,4]",
            "[requested,duplicate-key,dropped,1]",
            "[requested,kept,kept,2]",
            "[requested,missing-key,dropped,1]",
            "[requested,read,read,4]",
            "[users,category-spelling,mended,3]",
            "[users,duplicate-key,dropped,1]",
            "[users,imputed,mended,5]",
            "[users,kept,kept,4]",
            "[users,malformed-line,dropped,1]",
            "[users,missing-key,dropped,1]",
            "[users,out-of-range,mended,1]",
            "[users,read,read,7]",
            "[users,unparsable,mended,1]");
    assertBalanced(cleaned);
    assertTables(cleaned);
    // Kept rows and rejects are what the counts say.
    assertThat(cleaned.events().count()).isEqualTo(5);
    assertThat(
            sorted(
                cleaned
                    .rejects()
                    .groupBy(Rejects.SOURCE_TABLE, Rejects.RULE, Rejects.ACTION)
                    .count()))
        .isEqualTo(
            sorted(
                cleaned
                    .counts()
                    .filter(col(CleanCounts.ACTION).isin("dropped", "mended", "quarantined"))));
  }

  private static void assertBalanced(Cleaned cleaned) {
    Map<String, Long> balance = new LinkedHashMap<>();
    for (Row row : cleaned.counts().collectAsList()) {
      long sign =
          switch (row.getString(2)) {
            case CleanCounts.READ -> 1;
            case Rejects.MENDED -> 0;
            default -> -1;
          };
      balance.merge(row.getString(0), sign * row.getLong(3), Long::sum);
    }
    assertThat(balance).isNotEmpty().allSatisfy((source, rest) -> assertThat(rest).isZero());
  }

  private static void assertTables(Cleaned cleaned) {
    assertThat(sorted(cleaned.users()))
        .containsExactly(
            "[0,u1,OSLO,30.0,true]",
            "[1,u2,OSLO,30.0,false]",
            "[2,u3,OSLO,30.0,false]",
            "[3,u5,OSLO,30.0,false]",
            "[4,u8,null,null,true]");
    assertThat(cleaned.users().columns())
        .containsExactly(
            Users.USER,
            Users.USER_ID,
            Attributes.column("city"),
            Attributes.column("age"),
            Users.REQUESTED);
    // i2 was bought at 10 a unit, three times.
    assertThat(sorted(cleaned.items().select(Items.ITEM, Items.ITEM_ID, Items.PRICE, Items.TEXT)))
        .containsExactly("[0,i1,9.5,One]", "[1,i2,10.0,Two]");
    assertThat(cleaned.items().columns()).containsExactly(Items.CLEAN.schema().fieldNames());
    assertThat(
            sorted(
                cleaned
                    .events()
                    .select(
                        Events.ORDER_ID, Events.USER, Events.ITEM, Events.QUANTITY, Events.AMOUNT)))
        .containsExactly(
            "[1,0,0,1.0,9.0]",
            "[10,1,0,null,9.0]",
            "[2,0,1,3.0,30.0]",
            "[20,3,0,2.0,20.0]",
            "[21,3,1,1.0,10.0]");
    assertThat(sorted(cleaned.denied())).containsExactly("[0,1]");
    assertThat(cleaned.cutoff()).isEqualTo(Instant.parse("2025-01-01T00:00:00Z"));
    assertThat(
            sorted(
                cleaned
                    .rejects()
                    .filter(col(Rejects.RULE).isin("missing-key", "malformed-line", "bot"))
                    .filter(col(Rejects.SOURCE_TABLE).isin("events", "denied"))
                    .select(Rejects.ROW_KEY, Rejects.SOURCE_ROW)))
        .contains(
            "[,{\"u\":null,\"i\":\"i1\"}]",
            "[,{\"line\":\"23,u5,i2\"}]",
            "[bot|i1|2024-01-06 10:00:00|14,{\"user\":\"bot\",\"item\":\"i1\","
                + "\"at\":\"2024-01-06T10:00:00\",\"qty\":\"1\",\"paid\":\"9\",\"order\":\"14\"}]");
  }

  @Test
  void dependsNeitherOnPartitionsNorOnRowOrder() throws IOException {
    Configuration configuration = dirty();
    Cleaned one = clean(configuration, rows -> rows.coalesce(1));
    for (int partitions : new int[] {4, 16}) {
      Cleaned many =
          clean(
              configuration,
              rows ->
                  rows.orderBy(col(Ingested.SOURCE_ROW).cast("string").desc())
                      .repartition(partitions));
      assertThat(sorted(many.users())).isEqualTo(sorted(one.users()));
      assertThat(sorted(many.items())).isEqualTo(sorted(one.items()));
      assertThat(sorted(many.events())).isEqualTo(sorted(one.events()));
      assertThat(sorted(many.rejects())).isEqualTo(sorted(one.rejects()));
      assertThat(sorted(many.counts())).isEqualTo(sorted(one.counts()));
    }
  }

  @Test
  void setsTheCutoffJustAfterTheLastKeptEvent() throws IOException {
    Configuration configuration =
        Sample.configuration(
            Sample.events(
                events(
                    "1,u,i,2024-01-01T10:00:00,1,9",
                    "2,u,i,2024-01-03T10:00:00.5,1,9",
                    "3,,i,2024-01-09T10:00:00,1,9")));
    Ingested ingested = Ingest.read(spark, configuration);
    Cleaned cleaned = Cleaning.apply(spark, ingested, configuration, Optional.empty());
    assertThat(cleaned.cutoff()).isEqualTo(Instant.parse("2024-01-03T10:00:00.500001Z"));
    assertThat(cleaned.events().count()).isEqualTo(2);
    assertThat(sorted(cleaned.users())).containsExactly("[0,u,true]");
    assertThat(sorted(cleaned.items())).containsExactly("[0,i,null,9.0,null,null,null]");
    assertThat(cleaned.denied()).isNull();

    // Events at the cutoff are not used.
    Instant asOf = Instant.parse("2024-01-03T10:00:00.5Z");
    Cleaned earlier = Cleaning.apply(spark, ingested, configuration, Optional.of(asOf));
    assertThat(earlier.cutoff()).isEqualTo(asOf);
    assertThat(sorted(earlier.events().select(Events.ORDER_ID))).containsExactly("[1]");

    assertThatThrownBy(
            () ->
                Cleaning.apply(
                    spark,
                    ingested,
                    configuration,
                    Optional.of(Instant.parse("2020-01-01T00:00:00Z"))))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "No event is left after cleaning and before the cutoff 2020-01-01T00:00:00Z (events: read"
                + " 3, events: after-cutoff 2, events: missing-key 1). Mend sources.events, loosen the"
                + " rules under clean, or choose a later cutoff.");
  }

  @Test
  void takesEventsWithoutTimes() throws IOException {
    Configuration configuration =
        Sample.configuration(
            Sample.events(
                Sample.csv(
                    file("t.csv", "u,i", "b,x", "a,y", "a,x"), "user_id", "u", "item_id", "i")));
    Cleaned cleaned = clean(configuration);
    assertThat(cleaned.cutoff()).isEqualTo(Instant.EPOCH);
    assertThat(sorted(cleaned.events().select(Events.USER, Events.ITEM)))
        .containsExactly("[0,0]", "[0,1]", "[1,0]");
    assertThat(cleaned.events().agg(sum(Events.AMOUNT)).head().isNullAt(0)).isTrue();
  }

  @Test
  void reportsSettingsThatDoNotFit() throws IOException {
    CleanSettings base = Sample.clean();
    CleanSettings wrong =
        new CleanSettings(
            base.unparsable(),
            List.of("(", "POST"),
            new CleanSettings.Window("2024-02-01", "2024-01-01"),
            Map.of("events.quantty", new CleanSettings.Range(0.0, null, false, OutOfBounds.DROP)),
            Sample.duplicates(false, "order", "item_id"),
            new CleanSettings.Returns("[", false),
            Map.of("users.age", new CleanSettings.Outliers(OutlierMethod.IQR, 3, OutOfBounds.CAP)),
            base.unknownUsers(),
            base.unknownItems(),
            0,
            base.budgets());
    Configuration configuration =
        Sample.configuration(
            Sample.events(Sample.csv("x.csv", "user_id", "u", "item_id", "i")),
            Map.of("city", Sample.categorical()),
            wrong,
            "yesterday");
    assertThat(Cleaning.check(configuration))
        .containsExactly(
            "clean.nonProducts has '(', which is no regular expression: Unclosed group.",
            "clean.returns.orderPattern has '[', which is no regular expression: Unclosed character"
                + " class.",
            "clean.ranges names 'events.quantty', which is no numeric column; known: items.price,"
                + " events.quantity, events.amount, events.discount, events.value.",
            "clean.outliers names 'users.age', which is no numeric column; known: items.price,"
                + " events.quantity, events.amount, events.discount, events.value.",
            "clean.duplicates.eventKey names 'order', which is no column of events; known: user_id,"
                + " item_id, event_type, event_at, quantity, amount, discount, value, order_id,"
                + " session_id.",
            "clean.window.from is 2024-02-01T00:00:00Z but must be before clean.window.to, which is"
                + " 2024-01-01T00:00:00Z.",
            "cutoff is 'yesterday' but must be a date or an instant such as 2011-12-01T00:00:00Z.");
  }

  @Test
  void checksBudgets() {
    CleanSettings.Budgets budgets = new CleanSettings.Budgets(0.2, Map.of("shop", 0.4), 5, 0.5);
    List<Row> counts =
        List.of(
            count("shop", "read", "read", 100),
            count("shop", "kept", "kept", 30),
            count("shop", "missing-key", "dropped", 26),
            count("shop", "bot", "quarantined", 4),
            count("shop", "after-cutoff", "dropped", 40),
            count("shop", "unparsable", "mended", 30),
            count("items", "read", "read", 50),
            count("items", "kept", "kept", 10),
            count("items", "duplicate-key", "dropped", 40),
            count("users", "read", "read", 4),
            count("users", "kept", "kept", 4),
            count("denied", "read", "read", 0),
            count("denied", "kept", "kept", 0));
    assertThat(Cleaning.checkBudgets(counts, budgets, Map.of("shop", 201L, "items", 100L)))
        .containsExactly(
            "Source 'shop' lost 30 of 60 rows (50.0 %) to cleaning (missing-key 26, bot 4), permitted"
                + " are 40.0 %. Mend the source, or raise clean.budgets.maxRejectedShareBySource.shop.",
            "Source 'shop' has 100 rows, the last run read 201, so only 49.8 % of that; needed are"
                + " 50.0 %. Check that the source is complete, or lower"
                + " clean.budgets.minShareOfLastRun.",
            "Source 'users' has 4 rows, needed are 5. Check the source, or lower"
                + " clean.budgets.minRows.");
    assertThat(
            Cleaning.checkBudgets(
                List.of(count("a", "read", "read", 10), count("a", "x", "dropped", 5)),
                new CleanSettings.Budgets(0.5, Map.of(), 1, 0.5),
                Map.of()))
        .isEmpty();
  }

  private static Row count(String source, String rule, String action, long rows) {
    return spark
        .createDataFrame(List.of(row(source, rule, action, rows)), CleanCounts.TABLE.schema())
        .collectAsList()
        .get(0);
  }
}
