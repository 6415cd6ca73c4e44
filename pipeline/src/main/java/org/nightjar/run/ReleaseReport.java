package org.nightjar.run;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.NumberText;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.GateSettings;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.report.Mask;
import org.nightjar.report.ReportData;
import org.nightjar.table.Catalogue;
import org.nightjar.table.Explanations;
import org.nightjar.table.Fallback;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.RejectExamples;
import org.nightjar.table.SampledUsers;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Summaries;
import org.nightjar.table.Table;

/**
 * Reads what a report shows from the published tables and the manifest of a release, and from
 * nothing else, so that the page can be made anew at any time. A table that an older release lacks
 * counts as empty.
 */
public final class ReleaseReport {
  private static final int MAX_SUMMARIES = 100_000;
  private static final int SIMILAR_OF = 8;
  private static final int SIMILAR_EACH = 8;

  private final SparkSession spark;
  private final Releases releases;
  private final Manifest manifest;
  private final Optional<Manifest> before;

  private ReleaseReport(
      SparkSession spark, Releases releases, Manifest manifest, Optional<Manifest> before) {
    this.spark = spark;
    this.releases = releases;
    this.manifest = manifest;
    this.before = before;
  }

  /**
   * What the report of a release shows.
   *
   * @param manifest of the release, whose tables are written
   * @param before of the release that it is held against
   */
  public static ReportData of(
      SparkSession spark, Releases releases, Manifest manifest, Optional<Manifest> before) {
    return new ReleaseReport(spark, releases, manifest, before).read();
  }

  /**
   * What the report of a release shows when it is held against any other one: the paired difference
   * of MAP and the churn of the lists are computed for the two.
   *
   * @param settings replicates and confidence of the interval
   */
  public static ReportData compared(
      SparkSession spark,
      Releases releases,
      Manifest release,
      Manifest other,
      EvaluationSettings settings) {
    ReportData data = of(spark, releases, release, Optional.of(other));
    List<Summaries.Figure> summaries =
        new ArrayList<>(
            data.summaries().stream()
                .filter(figure -> !Comparisons.isAgainstRelease(figure))
                .toList());
    summaries.addAll(
        Comparisons.of(spark, releases, release, other, data.headlineK(), settings)
            .figures(release.runId(), other.runId()));
    return data.with(summaries);
  }

  static ReleaseReport over(SparkSession spark, Releases releases, Manifest release) {
    return new ReleaseReport(spark, releases, release, Optional.empty());
  }

  /** A table of the release; empty if it has none. */
  Optional<Dataset<Row>> table(Table table) {
    return table(manifest, table);
  }

  /** A user's list; empty if the user has none. */
  List<ReportData.ExampleRow> listOf(String userId) {
    List<String> ids = List.of(userId);
    List<Row> recommended = recommended(ids);
    Map<List<Object>, Row> explained = explained(ids);
    Map<String, Row> items = items(List.of(), recommended, List.of(), explained.values());
    return recommended.stream()
        .map(
            row ->
                example(
                    row,
                    explained.get(List.<Object>of(userId, row.getAs(Recommendations.RANK))),
                    items))
        .toList();
  }

  /** Rows of {@link SimilarItems} with names. */
  List<ReportData.ExampleRow> similarRows(List<Row> similar) {
    Map<String, Row> items = items(List.of(), List.of(), similar, List.of());
    return similar.stream()
        .map(
            row ->
                new ReportData.ExampleRow(
                    row.<Integer>getAs(SimilarItems.RANK),
                    name(row.getAs(SimilarItems.SIMILAR_ITEM_ID), items),
                    category(row.getAs(SimilarItems.SIMILAR_ITEM_ID), items),
                    "",
                    ""))
        .toList();
  }

  /** The last release before one that the gate let pass. */
  public static Optional<Manifest> before(Releases releases, String runId) {
    return releases.list().stream()
        .filter(release -> release.verdict().passed() && release.runId().compareTo(runId) < 0)
        .reduce((first, second) -> second)
        .map(release -> releases.manifest(release.runId()));
  }

  private ReportData read() {
    List<ReportData.Figure> metrics = metrics(manifest);
    List<Summaries.Figure> summaries = summaries();
    List<Row> users = table(manifest, SampledUsers.TABLE).map(this::users).orElse(List.of());
    List<String> userIds =
        users.stream().map(user -> user.<String>getAs(SampledUsers.USER_ID)).toList();
    List<Row> recommended = recommended(userIds);
    Map<List<Object>, Row> explained = explained(userIds);
    List<Row> popular = popular();
    List<Row> similar = similar(popular);
    Map<String, Row> items = items(users, recommended, similar, explained.values());
    return new ReportData(
        manifest.name(),
        manifest.runId(),
        manifest.cutoff(),
        manifest.startedAt(),
        manifest.finishedAt(),
        manifest.verdict().passed(),
        checks(),
        manifest.warnings().stream()
            .filter(warning -> !manifest.verdict().warnings().contains(warning))
            .toList(),
        stages(),
        volumes(),
        sizes(),
        before.map(Manifest::runId).orElse(""),
        metrics,
        before.map(this::metrics).orElse(List.of()),
        headlineK(metrics, summaries),
        manifest.blendWeights(),
        choices(),
        summaries,
        rejects(),
        lists(users, recommended, explained, items),
        similarLists(popular, similar, items),
        facts(),
        manifest.configuration(),
        manifest.command());
  }

  /** What the tables break of their contract, then the rules of the gate that are broken. */
  private List<ReportData.Check> checks() {
    return Stream.concat(
            manifest.verdict().violations().stream()
                .map(reason -> new ReportData.Check("", ReportData.Check.REFUSED, "", "", reason)),
            manifest.verdict().findings().stream()
                .map(
                    finding ->
                        new ReportData.Check(
                            finding.rule(),
                            finding.level() == GateSettings.Level.REFUSE
                                ? ReportData.Check.REFUSED
                                : ReportData.Check.WARNING,
                            NumberText.of(finding.figure()),
                            NumberText.of(finding.limit()),
                            finding.reason())))
        .toList();
  }

  private Optional<Dataset<Row>> table(Manifest of, Table table) {
    return of.tables().containsKey(table.name())
        ? Optional.of(table.conform(spark.read().parquet(releases.path(of.runId(), table.name()))))
        : Optional.empty();
  }

  private List<ReportData.Figure> metrics(Manifest of) {
    return table(of, Metrics.TABLE).map(ReleaseReport::figures).orElse(List.of());
  }

  /** The rows of {@link Metrics}. */
  static List<ReportData.Figure> figures(Dataset<Row> metrics) {
    return metrics
        .orderBy(Metrics.MODEL, Metrics.SEGMENT, Metrics.METRIC, Metrics.K)
        .collectAsList()
        .stream()
        .map(
            row ->
                new ReportData.Figure(
                    row.getAs(Metrics.MODEL),
                    row.getAs(Metrics.SEGMENT),
                    row.getAs(Metrics.METRIC),
                    row.<Integer>getAs(Metrics.K),
                    row.<Double>getAs(Metrics.VALUE),
                    row.getAs(Metrics.CI_LOW),
                    row.getAs(Metrics.CI_HIGH),
                    row.<Long>getAs(Metrics.USERS)))
        .toList();
  }

  private List<Summaries.Figure> summaries() {
    return table(manifest, Summaries.TABLE)
        .map(
            rows ->
                rows
                    .orderBy(
                        Summaries.SECTION,
                        Summaries.SUBJECT,
                        Summaries.AGAINST,
                        Summaries.POSITION,
                        Summaries.MEASURE,
                        Summaries.SERIES)
                    .limit(MAX_SUMMARIES)
                    .collectAsList()
                    .stream()
                    .map(Summaries.Figure::of)
                    .toList())
        .orElse(List.of());
  }

  /** The list length shown first: the published one if it is measured, else the nearest. */
  private static int headlineK(List<ReportData.Figure> metrics, List<Summaries.Figure> summaries) {
    int length =
        summaries.stream()
            .filter(figure -> figure.section().equals(Summaries.Section.CONTRIBUTION))
            .mapToInt(Summaries.Figure::position)
            .max()
            .orElse(10);
    return metrics.stream()
        .map(ReportData.Figure::k)
        .distinct()
        .sorted()
        .min((a, b) -> Integer.compare(Math.abs(a - length), Math.abs(b - length)))
        .orElse(length);
  }

  private List<ReportData.StageTime> stages() {
    Map<String, Double> then = before.map(Manifest::stageSeconds).orElse(Map.of());
    return manifest.stageSeconds().entrySet().stream()
        .map(
            stage ->
                new ReportData.StageTime(
                    stage.getKey(), stage.getValue(), then.get(stage.getKey())))
        .toList();
  }

  private List<ReportData.Volume> volumes() {
    Map<String, Manifest.SourceCount> then =
        before.map(last -> last.counts().sources()).orElse(Map.of());
    return manifest.counts().sources().entrySet().stream()
        .map(
            source ->
                new ReportData.Volume(
                    source.getKey(),
                    source.getValue().read(),
                    source.getValue().kept(),
                    Optional.ofNullable(then.get(source.getKey()))
                        .map(Manifest.SourceCount::read)
                        .orElse(null)))
        .toList();
  }

  private List<ReportData.Size> sizes() {
    Map<String, Long> now = sizes(manifest);
    Map<String, Long> then = before.map(ReleaseReport::sizes).orElse(Map.of());
    return now.entrySet().stream()
        .map(size -> new ReportData.Size(size.getKey(), size.getValue(), then.get(size.getKey())))
        .toList();
  }

  private static Map<String, Long> sizes(Manifest of) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("users", of.counts().users());
    sizes.put("items", of.counts().items());
    sizes.put("events", of.counts().events());
    for (Table table : List.of(Recommendations.TABLE, Fallback.TABLE, SimilarItems.TABLE)) {
      if (of.tables().containsKey(table.name())) {
        sizes.put("rows of " + table.name(), of.tables().get(table.name()).rows());
      }
    }
    return sizes;
  }

  private List<ReportData.Choice> choices() {
    return manifest.learnedRanking().entrySet().stream()
        .map(
            choice ->
                new ReportData.Choice(
                    choice.getKey(),
                    choice.getValue().used(),
                    choice.getValue().users(),
                    choice.getValue().difference(),
                    choice.getValue().low(),
                    choice.getValue().high()))
        .toList();
  }

  private List<ReportData.Reject> rejects() {
    return table(manifest, RejectExamples.TABLE)
        .map(
            rows ->
                rows
                    .orderBy(
                        RejectExamples.SOURCE,
                        RejectExamples.RULE,
                        RejectExamples.ACTION,
                        RejectExamples.POSITION)
                    .limit(MAX_SUMMARIES)
                    .collectAsList()
                    .stream()
                    .map(
                        row ->
                            new ReportData.Reject(
                                row.getAs(RejectExamples.SOURCE),
                                row.getAs(RejectExamples.RULE),
                                row.getAs(RejectExamples.ACTION),
                                row.getAs(RejectExamples.DETAIL),
                                row.getAs(RejectExamples.SOURCE_ROW)))
                    .toList())
        .orElse(List.of());
  }

  private List<Row> users(Dataset<Row> sampled) {
    return sampled.orderBy(SampledUsers.ACTIVITY, SampledUsers.USER_ID).collectAsList();
  }

  private List<Row> recommended(List<String> users) {
    Column theirs = col(Recommendations.USER_ID).isin(users.toArray());
    return users.isEmpty()
        ? List.of()
        : table(manifest, Recommendations.TABLE)
            .map(
                rows ->
                    rows.where(theirs)
                        .orderBy(Recommendations.USER_ID, Recommendations.RANK)
                        .collectAsList())
            .orElse(List.of());
  }

  /** By user id and rank. */
  private Map<List<Object>, Row> explained(List<String> users) {
    Map<List<Object>, Row> rows = new HashMap<>();
    if (!users.isEmpty()) {
      table(manifest, Explanations.TABLE)
          .ifPresent(
              all ->
                  all.where(col(Explanations.USER_ID).isin(users.toArray()))
                      .collectAsList()
                      .forEach(
                          row ->
                              rows.put(
                                  List.of(
                                      row.getAs(Explanations.USER_ID),
                                      row.getAs(Explanations.RANK)),
                                  row)));
    }
    return rows;
  }

  private static List<Row> parts(Row explained) {
    return explained.getList(explained.fieldIndex(Explanations.PARTS));
  }

  /** The items with the most buyers, ties by id. */
  private List<Row> popular() {
    return table(manifest, Catalogue.TABLE)
        .map(
            rows ->
                rows.where(col(Catalogue.BUYERS).gt(0))
                    .orderBy(col(Catalogue.BUYERS).desc(), col(Catalogue.ITEM_ID))
                    .limit(SIMILAR_OF)
                    .collectAsList())
        .orElse(List.of());
  }

  private List<Row> similar(List<Row> popular) {
    return popular.isEmpty()
        ? List.of()
        : table(manifest, SimilarItems.TABLE)
            .map(
                rows ->
                    rows.where(
                            col(SimilarItems.ITEM_ID)
                                .isin(texts(popular, Catalogue.ITEM_ID))
                                .and(col(SimilarItems.RANK).leq(SIMILAR_EACH)))
                        .orderBy(SimilarItems.ITEM_ID, SimilarItems.RANK)
                        .collectAsList())
            .orElse(List.of());
  }

  private static Object[] texts(List<Row> rows, String column) {
    return rows.stream().map(row -> row.<String>getAs(column)).toArray();
  }

  /** Rows of the catalogue by id, of the items that are shown. */
  private Map<String, Row> items(
      List<Row> users, List<Row> recommended, List<Row> similar, Collection<Row> explained) {
    Set<String> shown = new LinkedHashSet<>();
    recommended.forEach(row -> shown.add(row.getAs(Recommendations.ITEM_ID)));
    similar.forEach(row -> shown.add(row.getAs(SimilarItems.SIMILAR_ITEM_ID)));
    explained.forEach(row -> parts(row).forEach(part -> shown.add(part.getAs(Explanations.WHAT))));
    for (Row user : users) {
      shown.addAll(texts(user, SampledUsers.BOUGHT));
      shown.addAll(texts(user, SampledUsers.HELD_OUT));
    }
    Map<String, Row> items = new HashMap<>();
    if (!shown.isEmpty()) {
      table(manifest, Catalogue.TABLE)
          .ifPresent(
              rows ->
                  rows.where(col(Catalogue.ITEM_ID).isin(shown.toArray()))
                      .collectAsList()
                      .forEach(row -> items.put(row.getAs(Catalogue.ITEM_ID), row)));
    }
    return items;
  }

  private static List<String> texts(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  private List<ReportData.ExampleList> lists(
      List<Row> users,
      List<Row> recommended,
      Map<List<Object>, Row> explained,
      Map<String, Row> items) {
    if (users.isEmpty()) {
      return List.of();
    }
    Mask mask = new Mask(releases.maskKey());
    List<ReportData.ExampleList> lists = new ArrayList<>();
    for (Row user : users) {
      String id = user.getAs(SampledUsers.USER_ID);
      List<String> bought = texts(user, SampledUsers.BOUGHT);
      List<Long> times = user.getList(user.fieldIndex(SampledUsers.BOUGHT_EVENTS));
      List<String> heldOut = texts(user, SampledUsers.HELD_OUT);
      List<Boolean> hits = user.getList(user.fieldIndex(SampledUsers.HELD_OUT_HIT));
      List<ReportData.Bought> latest = new ArrayList<>();
      for (int at = 0; at < bought.size(); at++) {
        latest.add(new ReportData.Bought(name(bought.get(at), items), times.get(at)));
      }
      List<ReportData.HeldOut> later = new ArrayList<>();
      for (int at = 0; at < heldOut.size(); at++) {
        later.add(new ReportData.HeldOut(name(heldOut.get(at), items), hits.get(at)));
      }
      lists.add(
          new ReportData.ExampleList(
              "User " + mask.of(id),
              profile(user),
              recommended.stream()
                  .filter(row -> row.<String>getAs(Recommendations.USER_ID).equals(id))
                  .map(
                      row ->
                          example(
                              row,
                              explained.get(List.<Object>of(id, row.getAs(Recommendations.RANK))),
                              items))
                  .toList(),
              latest,
              later));
    }
    return lists;
  }

  private static String profile(Row user) {
    long events = user.<Long>getAs(SampledUsers.EVENTS);
    Stream<String> levels =
        texts(user, SampledUsers.PROFILE).stream()
            .filter(Objects::nonNull)
            .map(level -> level.replaceFirst("=", " ").replace('_', ' '));
    return Stream.concat(
            Stream.of(
                user.getAs(SampledUsers.ACTIVITY)
                    + ", "
                    + String.format(Locale.ROOT, "%,d", events)
                    + " events"),
            levels)
        .reduce((first, second) -> first + "; " + second)
        .orElse("");
  }

  private static ReportData.ExampleRow example(Row row, Row explained, Map<String, Row> items) {
    String id = row.getAs(Recommendations.ITEM_ID);
    return new ReportData.ExampleRow(
        row.<Integer>getAs(Recommendations.RANK),
        name(id, items),
        category(id, items),
        row.getAs(Recommendations.SOURCE),
        row.getAs(Recommendations.REASON),
        explained == null ? 0 : explained.<Double>getAs(Explanations.MODEL_SCORE),
        explained == null
            ? List.of()
            : parts(explained).stream().map(part -> because(part, id, items)).toList());
  }

  private static ReportData.Because because(Row part, String id, Map<String, Row> items) {
    String what = part.getAs(Explanations.WHAT);
    boolean isItem = part.getAs(Explanations.KIND).equals(Explanations.HAD);
    return new ReportData.Because(
        part.getAs(Explanations.KIND),
        isItem ? name(what, items) : what,
        part.<Double>getAs(Explanations.VALUE),
        isItem && what.equals(id));
  }

  private static List<ReportData.SimilarList> similarLists(
      List<Row> popular, List<Row> similar, Map<String, Row> items) {
    List<ReportData.SimilarList> lists = new ArrayList<>();
    for (Row item : popular) {
      String id = item.getAs(Catalogue.ITEM_ID);
      String category = item.getAs(Catalogue.CATEGORY);
      List<ReportData.SimilarItem> alike =
          similar.stream()
              .filter(row -> row.<String>getAs(SimilarItems.ITEM_ID).equals(id))
              .map(
                  row ->
                      new ReportData.SimilarItem(
                          name(row.getAs(SimilarItems.SIMILAR_ITEM_ID), items),
                          row.<Double>getAs(SimilarItems.SCORE)))
              .toList();
      if (!alike.isEmpty()) {
        lists.add(
            new ReportData.SimilarList(
                item.getAs(Catalogue.NAME),
                category == null ? "" : category,
                item.<Long>getAs(Catalogue.BUYERS),
                alike));
      }
    }
    return lists;
  }

  private static String name(String id, Map<String, Row> items) {
    return items.containsKey(id) ? items.get(id).getAs(Catalogue.NAME) : id;
  }

  private static String category(String id, Map<String, Row> items) {
    String category = items.containsKey(id) ? items.get(id).getAs(Catalogue.CATEGORY) : null;
    return category == null ? "" : category;
  }

  private List<ReportData.Fact> facts() {
    Manifest.Software software = manifest.software();
    List<ReportData.Fact> facts = new ArrayList<>();
    facts.add(new ReportData.Fact("Nightjar", software.code()));
    facts.add(new ReportData.Fact("Spark", software.spark()));
    facts.add(new ReportData.Fact("Java", software.java()));
    facts.add(new ReportData.Fact("Scala", software.scala()));
    facts.add(new ReportData.Fact("Hadoop", software.hadoop()));
    facts.add(new ReportData.Fact("BLAS", software.blas()));
    facts.add(new ReportData.Fact("seed", Long.toString(manifest.seed())));
    manifest
        .inputs()
        .forEach((source, print) -> facts.add(new ReportData.Fact("input " + source, print)));
    return facts;
  }
}
