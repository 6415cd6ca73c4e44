package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.InputException;
import org.nightjar.SparkTest;
import org.nightjar.publish.Finding;

/**
 * Nights of {@link SmallShop} whose lists (denied, requested, consent, test) name users and items
 * that are not there, or nobody may get anything: what is set aside, what is warned of, and what is
 * refused before anything is trained.
 */
class LapsedListsTest extends SparkTest {
  private static final String[] SIMPLE = {
    "models={repeat: {type: repeat}, popularity: {type: popularity}}",
    "rank.learned.enabled=false",
    "rank.blend.learn=false",
    "evaluation.bootstrapReplicates=0"
  };

  @TempDir private Path folder;

  @BeforeEach
  void writeShop() throws IOException {
    SmallShop.write(folder, SmallShop.purchases());
  }

  /** A deny list outlives most of its products; the night after, it is cleared. */
  @Test
  void aDenyListMayOutliveItsProductsAndBeCleared() throws IOException {
    List<String> pairs = new ArrayList<>(List.of("user,item", "u00,i00", "u00,i00", "u01,i01"));
    for (int gone = 0; gone < 60; gone++) {
      pairs.add("u02,gone" + gone);
    }
    file("denied.csv", pairs);
    NightResult night = night(denied("denied.csv"));
    assertThat(night.verdict().passed()).as("%s", night.verdict().reasons()).isTrue();
    assertThat(night.warnings()).noneMatch(warning -> warning.contains("denied"));
    assertThat(
            spark
                .read()
                .parquet(night.release() + "/recommendations")
                .where("user_id = 'u00' and item_id = 'i00'")
                .count())
        .isZero();

    file("denied.csv", List.of("user,item"));
    NightResult next = night(denied("denied.csv"));
    assertThat(next.verdict().passed()).as("%s", next.verdict().reasons()).isTrue();
    assertThat(next.verdict().findings())
        .filteredOn(finding -> finding.rule().equals("volume"))
        .extracting(Finding::level, Finding::reason)
        .singleElement()
        .asString()
        .contains("WARN", "Source 'denied' has 0 rows, last time it had 63");
  }

  /** Attributes of events are not looked for in lists; a list of strangers denies nothing. */
  @Test
  void aDenyListOfStrangersIsWarnedOf() throws IOException {
    file("denied.csv", List.of("user,item", "0,i00", "1,i01"));
    List<String> purchases = new ArrayList<>(List.of("user,item,when,paid"));
    SmallShop.purchases().forEach(line -> purchases.add(line + ",5"));
    file("purchases.csv", purchases);
    NightResult cleaned =
        until(
            "clean",
            denied("denied.csv"),
            "eventAttributes={paid: {type: numeric, impute: median}}",
            "sources.events.0.columns.paid=paid");
    assertThat(cleaned.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .startsWith("None of the 2 rows of sources.denied names both a known user"));
  }

  @Test
  void requestedStrangersAreWarnedOfAndNobodyIsRefused() throws IOException {
    file("requested.csv", List.of("user", "7", "8"));
    assertThat(until("clean", requested()).warnings())
        .containsExactly(
            "None of the 2 requested users has an event or a profile (for example '0', while those of"
                + " the events look like 'a00'; digits are shown as 0, letters as a): all get the"
                + " lists of new users. Compare sources.requested.columns.user_id with the user_id of"
                + " sources.events: leading zeros, case and blanks may differ.");
    file("requested.csv", List.of("user", "7", "u00")); // new users are as good as any
    assertThat(until("clean", requested()).warnings()).isEmpty();
    file("requested.csv", List.of("user"));
    refused("so nobody would get a list", requested());
  }

  @Test
  void aTestTableOfStrangersIsRefusedBeforeTraining() throws IOException {
    file("test.csv", List.of("user,item", "0,i00", "1,i01", "2,i02"));
    refused(
        "None of the 3 rows of evaluation.test names a known user (for example '0', while those of"
            + " the events look like 'a00'",
        test());
    file("requested.csv", List.of("user", "0", "1", "2"));
    refused("None of the 3 rows of evaluation.test names a known user", test(), requested());
    file("test.csv", List.of("user,item", "u00,00", "u01,01"));
    refused(
        "None of the 2 rows of evaluation.test that can be used names a known item (for example"
            + " '00')",
        test());
    file("test.csv", List.of("user,item", "u00,i00"));
    file("requested.csv", List.of("user", "u01"));
    refused("None of the users of evaluation.test (1 rows) gets a list", test(), requested());
    file("test.csv", List.of("user,item", ",i00", ",i01", "u01,i02"));
    refused("raise clean.budgets.maxRejectedShareBySource.test", test());
  }

  @Test
  void strangersInATestTableAreCounted() throws IOException {
    file("test.csv", List.of("user,item", "0,i00", "1,i01", "u01,i02", "u01,new"));
    assertThat(until("clean", test()).warnings())
        .containsExactly(
            "2 of the 4 rows of evaluation.test (50.0 %) name no known user (for example '0', while"
                + " those of the events look like 'a00'; digits are shown as 0, letters as a) and are"
                + " not measured. Compare evaluation.test.columns.user_id with the user_id of"
                + " sources.events: leading zeros, case and blanks may differ.",
            "1 of the 2 rows of evaluation.test that are measured (50.0 %) name an item that nothing"
                + " is known of (for example 'new'): no list can hit it.");
  }

  @Test
  void consentOfStrangersIsRefusedOrWarnedOf() throws IOException {
    file("consent.csv", List.of("user,yes", "0,true", "1,true"));
    refused(
        "None of the users whom privacy.consent lists (2 rows) has an event (for example '0'",
        consent());
    assertThat(until("ingest", consent(), "privacy.unlisted=allow").warnings())
        .singleElement()
        .asString()
        .contains("so what they agreed to or not changes nothing");
    file("consent.csv", List.of("user,yes", "u00,false", "u01,false"));
    refused("none of the users with events has agreed to be modelled", consent());
    file("consent.csv", List.of("user,yes", ",true", ",true", "u00,true"));
    refused("raise clean.budgets.maxRejectedShareBySource.consent", consent());
    file("consent.csv", List.of("user,yes"));
    refused("it is not known who agreed and who objected", consent());
  }

  @Test
  void anObjectionInAnotherEncodingIsNotLost() throws IOException {
    List<String> lines = new ArrayList<>(List.of("user,yes"));
    for (int line = 0; line < 9_000; line++) { // beyond what is looked at before a run
      lines.add("u00,true");
    }
    lines.add("Ren\u00e9,false");
    Files.write(folder.resolve("consent.csv"), lines, StandardCharsets.ISO_8859_1);
    refused("1 of 9001 rows of privacy.consent hold bytes", consent());
  }

  @Test
  void theCauseIsToldWhenNothingMayBeRecommended() throws IOException {
    String stock = "sources.items.columns.available=stock";
    String launch = "sources.items.columns.launched_at=launch";
    items("N", "2024-01-01");
    refused(
        "None of the 12 items may be recommended: all are unavailable"
            + " (sources.items.columns.available).",
        stock);
    items("Y", "2030-01-01");
    refused("None of the 12 items may be recommended: all are launched at the cutoff", launch);
    // What was available in the past is not known, so measuring can do without.
    assertThat(until("clean", "sources.items.columns.text=name").warnings()).isEmpty();
  }

  @Test
  void theCauseIsToldWhenNobodyMayGetAnything() throws IOException {
    List<String> all = new ArrayList<>(List.of("user,item"));
    for (int user = 0; user < SmallShop.USERS; user++) {
      for (int item = 0; item < SmallShop.ITEMS; item++) {
        all.add(String.format("u%02d,i%02d", user, item));
      }
    }
    file("denied.csv", all);
    refused(
        "Nobody may get anything: for each of the 40 requested users, all of the 12 items that may"
            + " be recommended are denied (sources.denied).",
        denied("denied.csv"));
    file("denied.csv", all.subList(0, all.size() - 1));
    assertThat(until("features", denied("denied.csv")).warnings()).isEmpty();
    refused(
        "rank.repeat.policy is 'only', but no event is of a type that counts as bought",
        "rank.repeat={policy: only, eventTypes: [sale]}");
  }

  @Test
  void aReleaseNeedsAModelForNewUsers() {
    refused(
        "no model of the fallback chain (repeat) proposes anything to them",
        "rank.fallback=[repeat]");
  }

  private static String denied(String file) {
    return "sources.denied={format: csv, path: FOLDER/"
        + file
        + ", columns: {user_id: user, item_id: item}}";
  }

  private static String requested() {
    return "sources.requested={format: csv, path: FOLDER/requested.csv, columns: {user_id: user}}";
  }

  private static String test() {
    return "evaluation.test={format: csv, path: FOLDER/test.csv, columns: {user_id: user, item_id:"
        + " item}}";
  }

  private static String consent() {
    return "privacy.consent={format: csv, path: FOLDER/consent.csv, columns: {user_id: user,"
        + " modelled: yes, served: yes}}";
  }

  private void items(String stock, String launch) throws IOException {
    List<String> lines = new ArrayList<>(List.of("item,name,kind,stock,launch"));
    for (int item = 0; item < SmallShop.ITEMS; item++) {
      lines.add(String.format("i%02d,Item %d,kind %d,%s,%s", item, item, item % 3, stock, launch));
    }
    file("items.csv", lines);
  }

  private void file(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name), lines);
  }

  private void refused(String words, String... changes) {
    assertThatThrownBy(() -> until("features", changes))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }

  private NightResult night(String... changes) {
    return until(null, changes);
  }

  private NightResult until(String stage, String... changes) {
    String[] all =
        Stream.concat(Arrays.stream(SIMPLE), Arrays.stream(changes))
            .map(change -> change.replace("FOLDER", folder.toString()))
            .toArray(String[]::new);
    return Night.run(
        spark,
        SmallShop.configuration(folder, "out", all),
        new RunOptions(true, Progress.Mode.QUIET, "run", "test", "test", List.of()),
        new Extent(false, stage));
  }
}
