package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.config.Yaml.MINIMAL;
import static org.nightjar.config.Yaml.minimal;
import static org.nightjar.config.Yaml.problemsOf;
import static org.nightjar.config.Yaml.problemsWith;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationChecksTest {

  @Test
  void namesOfModelsAndSegmentsMustExist() {
    assertThat(
            problemsWith(
                "rank.fallback=[popular, populr]",
                "rank.blend.weights={popular: 1, again: 2}",
                "rank.blend.weightsBySegment={cold: {popluar: 1, popular: -1}, hevy: {popular: 0}}"))
        .containsExactly(
            "rank.fallback.1 names the unknown model 'populr'; did you mean 'popular'?",
            "rank.blend.weights.again names the unknown model 'again'; known are popular",
            "rank.blend.weightsBySegment.cold.popluar names the unknown model 'popluar'; did you"
                + " mean 'popular'?",
            "rank.blend.weightsBySegment.cold.popular is -1.0 but must be >= 0",
            "rank.blend.weightsBySegment.hevy names the unknown activity segment 'hevy'; did you"
                + " mean 'heavy'?");
    assertThat(problemsWith("models={}", "rank.fallback=[]"))
        .containsExactly("models is empty but needs at least one model");
  }

  @Test
  void rangesAndOutliersNameNumericColumns() {
    String numeric =
        "users.age, items.price, events.quantity, events.amount, events.discount, events.value";
    assertThat(
            problemsWith(
                "clean.ranges={events.quantty: {min: 1}, users.city: {min: 1}, amount: {min: 1},"
                    + " users.age: {min: 1}}",
                "clean.outliers={items.text: {}, shops.size: {}}"))
        .containsExactly(
            "clean.ranges.events.quantty is no table.column; did you mean 'events.quantity'?",
            "clean.ranges.users.city is not numeric; numeric are " + numeric,
            "clean.ranges.amount is no table.column; known are " + numeric,
            "clean.outliers.items.text is not numeric; numeric are " + numeric,
            "clean.outliers.shops.size is no table.column; known are " + numeric);
  }

  @Test
  void mappingsFitTheCanonicalTables() {
    assertThat(
            problemsOf(
                """
                name: test
                sources:
                  users: {format: csv, path: u, columns: {id: id, age: age}}
                  items: {format: csv, path: i, columns: {item_id: i, prise: p}}
                  events: {format: csv, path: e, columns: {item_id: i, event_at: t, devise: d}}
                  requested: {format: csv, path: r, columns: {item_id: i}}
                  denied: {format: csv, path: d, columns: {user_id: u}}
                userAttributes: {age: {type: numeric}, city: {type: categorical}}
                eventAttributes: {device: {type: categorical}}
                models: {popular: {type: popularity}}
                evaluation: {test: {format: csv, path: t, columns: {user_id: u}}}
                output: {path: out}
                """))
        .containsExactly(
            "sources.users.columns.user_id is missing; map it to a column of the source",
            "sources.users.columns.id is no column of this table; known are user_id, age, city; to"
                + " map another column, declare it as an attribute",
            "userAttributes.city is declared but not mapped; add it to sources.users.columns, or"
                + " remove it",
            "sources.items.columns.prise is no column of this table; did you mean 'price'?",
            "sources.events.0.columns.user_id is missing; map it to a column of the source",
            "sources.events.0.columns.devise is no column of this table; did you mean 'device'?",
            "eventAttributes.device is declared but not mapped; add it to sources.events.0.columns,"
                + " or remove it",
            "sources.requested.columns.user_id is missing; map it to a column of the source",
            "sources.requested.columns.item_id is no column of this table; known are user_id",
            "sources.denied.columns.item_id is missing; map it to a column of the source",
            "evaluation.test.columns.item_id is missing; map it to a column of the source");
  }

  @Test
  void oneOfSeveralEventSourcesMayMapAnAttribute() {
    String second =
        "sources.events.1={name: web, format: csv, path: w, columns: {user_id: u, item_id: i,"
            + " device: d}}";

    assertThat(minimal(second, "eventAttributes.device.type=categorical").eventAttributes())
        .containsOnlyKeys("device");
    assertThat(problemsWith(second.replace("web", "users"), "eventAttributes.device.type=text"))
        .containsExactly(
            "sources.events.1.name is 'users', which is the name of another source; rename it");
  }

  @Test
  void attributesNeedTheirSourceAndANameOfTheirOwn() {
    assertThat(
            problemsWith(
                "itemAttributes.brand.type=categorical",
                "userAttributes.user_id.type=text",
                "userAttributes.Age.type=text",
                "userAttributes.a b.type=text",
                "sources.users.columns.Age=x",
                "sources.users.columns.a b=y"))
        .containsExactly(
            "userAttributes.user_id has the name of a standard column of users; map that column,"
                + " or rename the attribute",
            "userAttributes.a b is not a valid name of an attribute; use at most 64 letters (a to z),"
                + " digits and '_', the first not a digit",
            "userAttributes.Age differs from 'age' only by case; rename one",
            "itemAttributes.brand is declared but there is no sources.items to take it from");
  }

  @Test
  void timesZonesAndPatternsAreRead() {
    assertThat(
            problemsWith(
                "cutoff=yesterday",
                "clean.window={from: 2017-13-01, to: 2017-12-01}",
                "sources.events.0.columns.event_at={column: t, format: yyyy-MM-dd QQQQQQ, zone:"
                    + " Europe/Londn}",
                "sources.events.0.columns.quantity={column: q, format: yyyy, separator: x}"))
        .satisfiesExactly(
            p ->
                assertThat(p)
                    .startsWith(
                        "sources.events.0.columns.event_at.format is 'yyyy-MM-dd QQQQQQ' but is no"
                            + " Spark datetime pattern such as 'yyyy-MM-dd HH:mm:ss', nor one"
                            + " of epoch-seconds, epoch-millis, epoch-micros, epoch-nanos: "),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "sources.events.0.columns.event_at.zone is 'Europe/Londn' but is no time"
                            + " zone such as UTC, +01:00 or Europe/London; did you mean"
                            + " 'Europe/London'?"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "sources.events.0.columns.quantity.format is given but the column is no"
                            + " time; remove it"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "sources.events.0.columns.quantity.separator is given but the column is no"
                            + " category; remove it"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "cutoff: 'yesterday' is no ISO-8601 instant or date; write it as"
                            + " 2017-12-01T02:00:00Z or 2017-12-01; or 'latest'"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "clean.window.from: '2017-13-01' is no ISO-8601 instant or date; write it"
                            + " as 2017-12-01T02:00:00Z or 2017-12-01"));
    assertThat(problemsWith("clean.window={from: 2017-12-01, to: 2017-12-01T00:00Z}"))
        .containsExactly(
            "clean.window.from is '2017-12-01' but must be before to, '2017-12-01T00:00Z'");
    assertThat(problemsWith("sources.events.0.columns.event_at.format=epoch-millis")).isEmpty();
    assertThat(
            problemsWith(
                "sources.events.0.columns.event_at.format=dd/MM/yyyy HH:mm[:ss]", "cutoff=latest"))
        .isEmpty();
  }

  @Test
  void regularExpressionsAndSqlExpressionsAreParsed() {
    assertThat(
            problemsWith(
                "clean.nonProducts=['ok.*', '(']",
                "clean.returns={orderPattern: '[C'}",
                "sources.events.0.columns.order_id=o",
                "sources.events.0.columns.amount.expr=a * (b"))
        .satisfiesExactly(
            p ->
                assertThat(p)
                    .startsWith(
                        "sources.events.0.columns.amount.expr is 'a * (b' but is no Spark SQL"
                            + " expression: "),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "clean.nonProducts.1 is '(' but is no regular expression: Unclosed group"
                            + " near index 1"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "clean.returns.orderPattern is '[C' but is no regular expression: Unclosed"
                            + " character class near index 1"));
  }

  @Test
  void sourcesSayWhereTheirDataIs() {
    assertThat(
            problemsWith(
                "sources.users.path=[]",
                "sources.events.0.format=jdbc",
                "sources.events.0.options={url: jdbc:x}"))
        .containsExactly(
            "sources.users has neither path nor table; give one of them",
            "sources.events.0.options needs url and one of dbtable and query, since the format is"
                + " jdbc");
    assertThat(problemsWith("sources.users.table=shop.users"))
        .containsExactly("sources.users: both path and table are given; remove one of them");
    assertThat(problemsWith("sources.users.table=shop.users", "sources.users.path=")).isEmpty();
    assertThat(problemsWith("sources.users.format=mongo", "sources.users.path=")).isEmpty();
  }

  @Test
  void exportsNameTablesAndKeepPasswordsOut() {
    assertThat(problemsWith("export={url: jdbc:postgresql://db/shop, user: ann}")).isEmpty();
    assertThat(problemsWith("export={url: 'jdbc:postgresql://db/shop?password=x'}"))
        .containsExactly(
            "export.url holds a login or another secret ('jdbc:postgresql://db/shop?password=***');"
                + " put the user into 'user' and the password into the environment variable"
                + " NIGHTJAR_EXPORT_PASSWORD");
    assertThat(problemsWith("export={url: jdbc:x, tables: {metrics: m}}"))
        .containsExactly(
            "export.tables names 'metrics' but only fallback, recommendations, similar_items can"
                + " be exported");
    assertThat(problemsWith("export={url: jdbc:x, tables: {recommendations: 'a; DROP TABLE b'}}"))
        .containsExactly(
            "export: tables.recommendations is 'a; DROP TABLE b' but must be a plain name or"
                + " schema.name");
    assertThat(problemsWith("export={url: jdbc:x, tables: {recommendations: a, fallback: a}}"))
        .containsExactly("export.tables names the same table of the database twice");
  }

  @Test
  void headersStandForHeaderLines() {
    assertThat(
            problemsWith(
                "sources.users.header=[id, agee, id]",
                "sources.users.options.header=true",
                "sources.users.columns.city.expr=upper(x)",
                "sources.users.columns.city.column=",
                "sources.events.0.header=[user, item, ts]",
                "sources.events.0.format=json"))
        .containsExactly(
            "sources.users.header names a column twice: [id, agee, id]",
            "sources.users.header names the columns of a file without a header line, but"
                + " options.header is true; remove one of them",
            "sources.users.columns.age is mapped to 'age', which is not in header; did you mean"
                + " 'agee'?",
            "sources.events.0.header is given but the format is json, not csv");
  }

  @Test
  void rulesNeedTheColumnsThatTheyReadFrom() {
    String noTimes = MINIMAL.replace(", event_at: ts", "");

    assertThat(
            problemsOf(
                noTimes.replace("  fallback: [popular]\n", "  maxPerCategory: 2\n")
                    + """
                    cutoff: 2017-12-01
                    clean:
                      returns: {orderPattern: C.*, negativeQuantity: true}
                      window: {from: 2017-01-01}
                      maxEventsPerUserDay: 1000
                    """))
        .containsExactly(
            "cutoff is '2017-12-01' but no event source maps event_at; map it, or change the"
                + " former",
            "rank.maxPerCategory is 2 but sources.items maps no category; map it, or change the"
                + " former",
            "clean.returns.orderPattern is given but no event source maps order_id; map it, or"
                + " change the former",
            "clean.returns.negativeQuantity is true but no event source maps quantity; map it, or"
                + " change the former",
            "clean.window is given but no event source maps event_at; map it, or change the former",
            "clean.maxEventsPerUserDay is 1000 but no event source maps event_at; map it, or change"
                + " the former");
  }

  @Test
  void eventsMayHaveNoTimes() {
    String noTimes = MINIMAL.replace(", event_at: ts", "");

    assertThat(problemsOf(noTimes)).as("with nothing else to configure").isEmpty();
    assertThat(problemsOf(noTimes + "evaluation: {split: {type: random}}\n")).isEmpty();
    assertThat(problemsOf(noTimes + "evaluation: {split: {type: last-basket}}\n"))
        .containsExactly(
            "evaluation.split.type is 'last-basket' but no event source maps event_at; map it, or"
                + " change the former");
  }

  @Test
  void coolDownsNeedTimesCategoriesAndDays() {
    assertThat(
            problemsWith(
                "rank.repeat.policy=cool-down", "rank.repeat.coolDownDaysByCategory={BEER: -1}"))
        .containsExactly(
            "rank.repeat.coolDownDaysByCategory.BEER is -1 but must be >= 0 days",
            "rank.repeat.coolDownDaysByCategory is given but sources.items maps no category; map"
                + " it, or change the former");
  }

  @Test
  void shapesOfListsNeedTheirModelsAndColumns() {
    assertThat(
            problemsWith(
                "rank.repeat.policy=mixed",
                "rank.newItems.share=0.2",
                "rank.diversity={method: mmr, curve: [0.1]}"))
        .containsExactly(
            "rank.repeat.policy is 'mixed', which needs a model that proposes what a user has"
                + " bought: add one of type repeat or replenish",
            "rank.newItems.share is 0.2, which needs a model that knows items without sales: add"
                + " one of type content",
            "rank.diversity.method is given but sources.items maps no category; map it, or change"
                + " the former");
    assertThat(problemsWith("rank.diversity={curve: [0.1]}"))
        .containsExactly(
            "rank.diversity.curve is [0.1] but method is none: name the method to measure");
  }

  @Test
  void whatProfilesLendNeedsModelsOfBothKinds() {
    assertThat(
            problemsWith(
                "models={popularity: {type: popularity}}", "evaluation.withoutProfiles=true"))
        .contains(
            "evaluation.withoutProfiles is true but no model looks at profiles, so there is nothing"
                + " to compare: add one, or set it to false");
    assertThat(
            problemsWith(
                "models={demographic: {type: demographic}}", "evaluation.withoutProfiles=true"))
        .contains(
            "evaluation.withoutProfiles is true but every model looks at profiles, so there is"
                + " nothing to compare: add one, or set it to false");
  }

  @Test
  void theGateKnowsItsRulesAndLimits() {
    assertThat(problemsWith("gate.levels={churn: off, chrun: warn}", "gate.maxChurn=1.5"))
        .containsExactlyInAnyOrder(
            "gate.maxChurn is 1.5 but must be from 0 to 1",
            "gate.levels.chrun names the unknown rule 'chrun'; did you mean 'churn'?");
  }

  @Test
  void budgetsKeysAndSegmentsNameWhatThereIs() {
    assertThat(
            problemsWith(
                "clean.budgets.maxRejectedShareBySource={users: 2, event: 0.1, events: 0.1}",
                "clean.duplicates.eventKey=[user_id, order]",
                "evaluation.byAttributes=[city, age, town]",
                "spark.executor.memory=2g"))
        .containsExactly(
            "clean.duplicates.eventKey.1 names the unknown event column 'order'; did you mean"
                + " 'order_id'?",
            "clean.budgets.maxRejectedShareBySource.users is 2.0 but must be from 0 to 1",
            "clean.budgets.maxRejectedShareBySource.event names the unknown source 'event'; did you"
                + " mean 'events'?",
            "evaluation.byAttributes.1 is 'age', which is numeric but must be categorical or"
                + " ordinal",
            "evaluation.byAttributes.2 names the unknown user attribute 'town'; known are age, city",
            "spark holds 'executor.memory', which is no Spark setting; write its whole name:"
                + " 'spark.executor.memory' (with --set: spark.spark.executor.memory=…)");
  }

  @Test
  void listsHaveBudgetsOfTheirOwn() {
    assertThat(
            minimal(
                    "clean.budgets.maxRejectedShareBySource={requested: 0, denied: 1, consent: 0.1,"
                        + " test: 0.2}")
                .clean()
                .budgets()
                .maxRejectedShareBySource())
        .hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "2017-12-01, 2017-12-01T00:00:00Z",
    "2017-12-01T02:00, 2017-12-01T02:00:00Z",
    "2017-12-01T02:00:00.5Z, 2017-12-01T02:00:00.500Z",
    "2017-12-01T02:00:00+01:00, 2017-12-01T01:00:00Z"
  })
  void timesAreUtcUnlessTheySayOtherwise(String text, Instant instant) {
    assertThat(IsoTime.parse(text)).isEqualTo(instant);
    assertThat(minimal("cutoff=" + text).cutoff()).isEqualTo(text);
  }
}
