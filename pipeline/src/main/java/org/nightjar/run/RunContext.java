package org.nightjar.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.nightjar.config.Attribute;
import org.nightjar.config.Configuration;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.evaluate.UserCutoffs;
import org.nightjar.publish.Finding;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.RankingChoice;
import org.nightjar.report.ReportData;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Users;

/** What the stages of one run share: where they work, and what they found out on the way. */
final class RunContext {
  private final SparkSession spark;
  private Configuration configuration;
  private final String runId;
  private final Workspace workspace;
  private final RunOptions options;
  private final Instant startedAt;
  private final Releases releases;
  private final Map<String, String> inputs;
  private final Optional<Manifest> last;
  private final Ledger ledger;
  private Findings found = new Findings();
  private String stage;
  private String stageKey;
  private Workspace before;
  private Progress progress;
  private Map<String, Double> seconds = Map.of();
  private ReportData report;

  RunContext(
      SparkSession spark,
      Configuration configuration,
      String runId,
      Instant startedAt,
      RunOptions options,
      Workspace workspace,
      Releases releases,
      Map<String, String> inputs,
      Optional<Manifest> last) {
    this.spark = spark;
    this.configuration = configuration;
    this.runId = runId;
    this.startedAt = startedAt;
    this.options = options;
    this.releases = releases;
    this.inputs = inputs;
    this.last = last;
    this.found.warnings.addAll(options.warnings());
    this.workspace = workspace;
    this.ledger = new Ledger(workspace.path(), hadoop());
  }

  SparkSession spark() {
    return spark;
  }

  org.apache.hadoop.conf.Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  Configuration configuration() {
    return configuration;
  }

  /** The rest of the run goes on with other settings of the same models. */
  void reconfigured(Configuration tuned) {
    this.configuration = tuned;
  }

  String runId() {
    return runId;
  }

  RunOptions options() {
    return options;
  }

  Workspace workspace() {
    return workspace;
  }

  /** What is finished of this run. */
  Ledger ledger() {
    return ledger;
  }

  /** What the stages so far found out, to be kept with the last of them. */
  Findings found() {
    return found;
  }

  /** Goes on from what stages of an earlier process found out. */
  void restore(Findings earlier) {
    this.found = earlier;
  }

  /** Fingerprint of what the running stage depends on, for steps within it. */
  String stageKey() {
    return stageKey;
  }

  void entered(String nameOfStage, String keyOfStage) {
    this.stage = nameOfStage;
    this.stageKey = keyOfStage;
  }

  /** Name of the stage that runs, or ran last; null before the first. */
  String stage() {
    return stage;
  }

  /** Makes this run a refresh of the release whose work files these are. */
  void refreshes(Workspace workOfLast) {
    this.before = workOfLast;
  }

  /** The work files of the release that is refreshed; empty for a whole run. */
  Optional<Workspace> before() {
    return Optional.ofNullable(before);
  }

  /** What somebody should look at; each a full sentence. */
  List<String> warnings() {
    return found.warnings;
  }

  /**
   * The views, holdout folds first, later windows before earlier; known from the features stage on.
   */
  List<View> views() {
    return found.views;
  }

  List<View> holdouts() {
    return found.views.stream().filter(View::isHoldout).toList();
  }

  Optional<View> full() {
    return found.views.stream().filter(view -> !view.isHoldout()).findFirst();
  }

  /** By source: rows by rule and action, as in the clean counts. */
  Map<String, Map<String, Long>> sourceRows() {
    return found.sourceRows;
  }

  Instant cutoff() {
    return found.cutoff;
  }

  void cleaned(
      Instant cutoffOfRun, long userCount, long itemCount, long eventCount, long recentEventCount) {
    found.cutoff = cutoffOfRun;
    found.users = userCount;
    found.items = itemCount;
    found.events = eventCount;
    found.recentEvents = recentEventCount;
  }

  void serving(long requestedUsers, long eligibleItems) {
    found.requested = requestedUsers;
    found.eligible = eligibleItems;
  }

  /** Users who are to get a list. */
  long requested() {
    return found.requested;
  }

  /** Items that may be recommended at all, as of the cutoff. */
  long eligible() {
    return found.eligible;
  }

  /** Events of the last seven days before the cutoff. */
  long recentEvents() {
    return found.recentEvents;
  }

  long users() {
    return found.users;
  }

  int itemCount() {
    return Math.toIntExact(found.items);
  }

  long events() {
    return found.events;
  }

  /** The blend weights of the published lists; known from the rank stage on. */
  BlendWeights weights() {
    return found.weights;
  }

  void learned(BlendWeights learned) {
    found.weights = learned;
  }

  void ranked(List<RankingChoice> rankingChoices, Map<String, Double> featureGains) {
    found.choices = List.copyOf(rankingChoices);
    found.gains = featureGains;
  }

  /** By activity segment, whether the learned order is used; empty where none is learned. */
  List<RankingChoice> choices() {
    return found.choices;
  }

  /** By feature of the learned ranking: total gain, largest first; empty where none is learned. */
  Map<String, Double> gains() {
    return found.gains;
  }

  /** The ways of ranking that are measured, and the tables with their lists; the last is used. */
  Map<String, String> rankings() {
    Map<String, String> rankings = new LinkedHashMap<>();
    for (double strength : configuration.rank().diversity().curve()) {
      String name = Metrics.diversity(strength);
      rankings.put(name, RankLearning.lists(name));
    }
    if (configuration.evaluation().withoutProfiles()) {
      rankings.put(Metrics.WITHOUT_PROFILES, RankLearning.lists(Metrics.WITHOUT_PROFILES));
    }
    if (found.choices.isEmpty()) {
      rankings.put(Metrics.BLEND, "lists");
    } else {
      rankings.put(Metrics.BLEND, RankLearning.lists(Metrics.BLEND));
      rankings.put(Metrics.LEARNED, RankLearning.lists(Metrics.LEARNED));
      rankings.put(Metrics.PUBLISHED, "lists");
    }
    return rankings;
  }

  /** The name in the metrics of the ranking that is published. */
  String publishedRanking() {
    return List.copyOf(rankings().keySet()).get(rankings().size() - 1);
  }

  List<String> models() {
    return List.copyOf(configuration.models().keySet());
  }

  /** Profile attributes that models use: categorical, ordinal and numeric ones. */
  List<String> profile() {
    List<String> names = new ArrayList<>(attributes(true));
    names.addAll(attributes(false));
    return names;
  }

  /** Names of the categorical and ordinal profile attributes, or of the numeric ones. */
  List<String> attributes(boolean categorical) {
    return configuration.userAttributes().entrySet().stream()
        .filter(
            entry ->
                categorical
                    ? entry.getValue().isCategorical()
                    : entry.getValue().type() == Attribute.Type.NUMERIC)
        .map(Map.Entry::getKey)
        .toList();
  }

  Dataset<Row> cleaned(String table) {
    return workspace.read("clean", table);
  }

  Dataset<Row> profiles() {
    return workspace.read("shared", "profiles");
  }

  Dataset<Row> traits() {
    return workspace.read("shared", "traits");
  }

  Dataset<Row> ofView(View view, String table) {
    return workspace.read("views", view.name(), table);
  }

  /** Events of a view: the training part. */
  Dataset<Row> events(View view) {
    return view.isHoldout() ? ofView(view, "events") : cleaned("events");
  }

  /**
   * What features and models of a view are made from: its events, with the cutoff of each user
   * where the split leaves one basket, or event, of each out. Business rules of the published lists
   * go by {@link #events(View)}: a cool-down is one of calendar days.
   */
  Dataset<Row> eventsToLearnFrom(View view) {
    return !view.isHoldout() && split().type().leavesOneOut()
        ? UserCutoffs.attach(events(view))
        : events(view);
  }

  /**
   * The split as far as the events allow it: where their times tell nothing, pairs are held out by
   * hash in the place of what needs times.
   */
  EvaluationSettings.Split split() {
    EvaluationSettings.Split split = configuration.evaluation().split();
    return found.timeless && split.type().needsTimes()
        ? split.as(EvaluationSettings.SplitType.RANDOM)
        : split;
  }

  /** The events have no times, or one and the same. */
  void withoutTimes() {
    found.timeless = true;
  }

  /** All items by index, ascending, for catalogue-sized arrays. */
  Dataset<Row> itemIds() {
    return cleaned("items").select(Items.ITEM, Items.ITEM_ID);
  }

  Instant startedAt() {
    return startedAt;
  }

  Releases releases() {
    return releases;
  }

  /** Fingerprint by source. */
  Map<String, String> inputs() {
    return inputs;
  }

  /** Manifest of the release that is current while this run goes on. */
  Optional<Manifest> last() {
    return last;
  }

  /** Rows read by source in the last published run; empty when there is none. */
  Map<String, Long> lastRowsRead() {
    Map<String, Long> rows = new LinkedHashMap<>();
    last.ifPresent(
        manifest ->
            manifest.counts().sources().forEach((source, count) -> rows.put(source, count.read())));
    return rows;
  }

  void shownBy(Progress shown) {
    this.progress = shown;
  }

  /** Where a long stage tells of its steps; known while stages run. */
  Progress progress() {
    return progress;
  }

  void timed(Map<String, Double> secondsByStage) {
    this.seconds = secondsByStage;
  }

  /** Wall time of the finished stages. */
  Map<String, Double> seconds() {
    return seconds;
  }

  void verified(
      Verdict gateVerdict,
      Map<String, Manifest.PublishedTable> tables,
      Map<String, Long> shortUsersByReason) {
    found.verdict = gateVerdict;
    found.written = tables;
    found.shortUsers = shortUsersByReason;
    shortUsersByReason.forEach(
        (reason, count) ->
            found.warnings.add(
                String.format(
                    "%d users have fewer than %d items: %s. Loosen rank.repeat, rank.maxPerCategory"
                        + " or the deny list if that is too few.",
                    count, configuration.rank().listLength(), reason)));
  }

  void compared(Comparisons comparisons) {
    found.comparisons = comparisons;
  }

  /** The published ranking against others; empty before the explore stage. */
  Optional<Comparisons> comparisons() {
    return Optional.ofNullable(found.comparisons);
  }

  void judged(List<Finding> findings) {
    found.verdict = found.verdict.with(findings);
    found.warnings.addAll(found.verdict.warnings());
  }

  /** The word on the release; empty before it is written. */
  Optional<Verdict> verdict() {
    return Optional.ofNullable(found.verdict);
  }

  /** The tables of the release. */
  Map<String, Manifest.PublishedTable> written() {
    return found.written;
  }

  void reported(ReportData data) {
    this.report = data;
  }

  /** What the report shows; empty before it is written. */
  Optional<ReportData> report() {
    return Optional.ofNullable(report);
  }

  Manifest.Software software() {
    return new Manifest.Software(
        options.codeVersion(),
        spark.version(),
        System.getProperty("java.version"),
        scala.util.Properties.versionNumberString(),
        VersionInfo.getVersion(),
        options.blas());
  }

  private Map<String, Manifest.LearnedRanking> learnedRanking() {
    Map<String, Manifest.LearnedRanking> bySegment = new LinkedHashMap<>();
    found.choices.forEach(
        choice ->
            bySegment.put(
                choice.segment(),
                new Manifest.LearnedRanking(
                    choice.learned(),
                    choice.users(),
                    choice.difference(),
                    choice.low(),
                    choice.high())));
    return bySegment;
  }

  /** Rows by source. */
  Map<String, Manifest.SourceCount> sourceCounts() {
    Map<String, Manifest.SourceCount> sources = new LinkedHashMap<>();
    found.sourceRows.forEach(
        (source, counts) ->
            sources.put(
                source,
                new Manifest.SourceCount(
                    ReportAssembly.rows(counts, CleanCounts.READ),
                    ReportAssembly.rows(counts, CleanCounts.KEPT))));
    return sources;
  }

  Manifest manifest(Instant finishedAt) {
    long requested = cleaned("users").where(functions.col(Users.REQUESTED)).count();
    long listRows =
        found.written.containsKey(Recommendations.TABLE.name())
            ? found.written.get(Recommendations.TABLE.name()).rows()
            : 0;
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        runId,
        configuration.name(),
        found.cutoff,
        startedAt,
        finishedAt,
        software(),
        configuration.seed(),
        ConfigurationLoader.render(configuration),
        options.command(),
        inputs,
        new Manifest.Counts(
            sourceCounts(),
            found.users,
            requested,
            found.items,
            found.events,
            found.recentEvents,
            listRows,
            found.shortUsers),
        seconds,
        found.written,
        found.weights.bySegment(),
        learnedRanking(),
        found.verdict,
        found.warnings);
  }
}
