package org.nightjar.run;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.xxhash64;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.Ranker;
import org.nightjar.rank.RankingChoice;
import org.nightjar.report.ReportData;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/** Collects what the report shows: figures from the run's tables and a few masked example users. */
final class ReportAssembly {
  private static final int EXAMPLES_PER_SEGMENT = 2;
  private static final String PLACE = "place";

  private ReportAssembly() {}

  static ReportData of(RunContext context) {
    Verdict verdict = context.verdict().orElse(new Verdict(true, List.of()));
    Manifest.Software software = context.software();
    List<ReportData.Figure> figures = figures(context);
    return new ReportData(
        context.configuration().name(),
        context.runId(),
        context.cutoff(),
        context.startedAt(),
        Instant.now(),
        verdict.passed(),
        verdict.reasons(),
        context.warnings(),
        context.seconds().entrySet().stream()
            .map(stage -> new ReportData.StageTime(stage.getKey(), stage.getValue()))
            .toList(),
        context.sourceRows().entrySet().stream()
            .map(
                source ->
                    new ReportData.Volume(
                        source.getKey(),
                        rows(source.getValue(), CleanCounts.READ),
                        rows(source.getValue(), CleanCounts.KEPT)))
            .toList(),
        outputs(context),
        rejected(context),
        figures,
        headlineK(context),
        coverage(context, figures),
        context.full().map(view -> examples(context, view)).orElse(List.of()),
        facts(context, software),
        ConfigurationLoader.render(context.configuration()),
        context.options().command());
  }

  /** The list length shown first: the published one if it is measured, else the nearest. */
  static int headlineK(RunContext context) {
    EvaluationSettings settings = context.configuration().evaluation();
    int length = context.configuration().rank().listLength();
    return settings.ks().stream()
        .min((a, b) -> Integer.compare(Math.abs(a - length), Math.abs(b - length)))
        .orElse(length);
  }

  static long rows(Map<String, Long> counts, String rule) {
    return counts.getOrDefault(rule + " " + rule, 0L);
  }

  /** The metrics table; empty before it is written. */
  static List<ReportData.Figure> figures(RunContext context) {
    if (!context.workspace().has("evaluate", "metrics")) {
      return List.of();
    }
    return context
        .workspace()
        .read("evaluate", "metrics")
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

  private static List<ReportData.Fact> outputs(RunContext context) {
    List<ReportData.Fact> outputs = new ArrayList<>();
    outputs.add(new ReportData.Fact("users", grouped(context.users())));
    outputs.add(new ReportData.Fact("items", grouped(context.itemCount())));
    outputs.add(new ReportData.Fact("events", grouped(context.events())));
    context
        .written()
        .forEach(
            (table, published) ->
                outputs.add(
                    new ReportData.Fact(
                        table.replace('_', ' '),
                        grouped(published.rows()),
                        published.files() + (published.files() == 1 ? " file" : " files"))));
    context.choices().forEach(choice -> outputs.add(learned(choice)));
    return outputs;
  }

  private static List<ReportData.Rejected> rejected(RunContext context) {
    List<ReportData.Rejected> rejected = new ArrayList<>();
    for (Row row :
        context
            .cleaned("counts")
            .orderBy(CleanCounts.SOURCE, CleanCounts.RULE, CleanCounts.ACTION)
            .collectAsList()) {
      String rule = row.getAs(CleanCounts.RULE);
      if (!rule.equals(CleanCounts.READ) && !rule.equals(CleanCounts.KEPT)) {
        rejected.add(
            new ReportData.Rejected(
                row.getAs(CleanCounts.SOURCE),
                rule,
                row.getAs(CleanCounts.ACTION),
                row.<Long>getAs(CleanCounts.ROWS)));
      }
    }
    return rejected;
  }

  private static List<ReportData.Fact> coverage(
      RunContext context, List<ReportData.Figure> figures) {
    int k = headlineK(context);
    String ranking = List.copyOf(context.rankings().keySet()).get(context.rankings().size() - 1);
    return figures.stream()
        .filter(f -> f.model().equals(ranking) && f.k() == k && f.segment().equals("all"))
        .filter(f -> f.metric().endsWith("coverage"))
        .map(
            f ->
                new ReportData.Fact(
                    f.metric().replace('_', ' ') + " at " + k,
                    f.value() <= 1
                        ? String.format(Locale.ROOT, "%.1f %%", 100 * f.value())
                        : grouped(Math.round(f.value()))))
        .toList();
  }

  /** Users picked by hash, a few of each activity segment, with what they get; no ids. */
  static List<ReportData.ExampleList> examples(RunContext context, View view) {
    Dataset<Row> rows = context.ofView(view, "recommendations");
    Dataset<Row> picked =
        rows.select(Users.USER)
            .distinct()
            .join(context.ofView(view, "context"), new String[] {Users.USER}, "left")
            .withColumn(
                Ranker.ACTIVITY,
                Ranker.activity(
                    col(UserContext.EVENT_COUNT), context.configuration().rank().activity()))
            .withColumn(
                PLACE,
                row_number()
                    .over(
                        Window.partitionBy(Ranker.ACTIVITY)
                            .orderBy(
                                abs(xxhash64(col(Users.USER), lit(context.configuration().seed()))),
                                col(Users.USER))))
            .where(col(PLACE).leq(EXAMPLES_PER_SEGMENT))
            .select(col(Users.USER), col(Ranker.ACTIVITY), col(UserContext.EVENT_COUNT))
            .join(context.profiles(), new String[] {Users.USER}, "left");
    List<Row> users = picked.orderBy(Ranker.ACTIVITY, Users.USER).collectAsList();
    List<Row> items =
        rows.join(picked.select(Users.USER), Users.USER)
            .join(context.traits(), Recommendations.INDEXED.schema().fieldNames()[2])
            .orderBy(Users.USER, Recommendations.RANK)
            .collectAsList();
    List<ReportData.ExampleList> examples = new ArrayList<>();
    for (Row user : users) {
      int index = user.<Integer>getAs(Users.USER);
      List<ReportData.ExampleRow> list =
          items.stream()
              .filter(row -> row.<Integer>getAs(Users.USER) == index)
              .map(
                  row ->
                      new ReportData.ExampleRow(
                          row.<Integer>getAs(Recommendations.RANK),
                          row.getAs(ItemTraits.NAME),
                          Optional.ofNullable(row.<String>getAs(ItemTraits.CATEGORY)).orElse(""),
                          row.getAs(Recommendations.SOURCE),
                          row.getAs(Recommendations.REASON)))
              .toList();
      examples.add(
          new ReportData.ExampleList(
              "User " + (char) ('A' + examples.size()), profile(context, user), list));
    }
    return examples;
  }

  private static String profile(RunContext context, Row user) {
    Long events = user.getAs(UserContext.EVENT_COUNT);
    List<String> words = new ArrayList<>();
    words.add(
        user.getAs(Ranker.ACTIVITY) + ", " + grouped(events == null ? 0 : events) + " events");
    for (String name : context.profile()) {
      String level = user.getAs(name);
      if (level != null) {
        words.add(name.replace('_', ' ') + " " + level);
      }
    }
    return String.join("; ", words);
  }

  private static List<ReportData.Fact> facts(RunContext context, Manifest.Software software) {
    List<ReportData.Fact> facts = new ArrayList<>();
    facts.add(new ReportData.Fact("Nightjar", software.code()));
    facts.add(new ReportData.Fact("Spark", software.spark()));
    facts.add(new ReportData.Fact("Java", software.java()));
    facts.add(new ReportData.Fact("Scala", software.scala()));
    facts.add(new ReportData.Fact("Hadoop", software.hadoop()));
    facts.add(new ReportData.Fact("BLAS", software.blas()));
    facts.add(new ReportData.Fact("seed", Long.toString(context.configuration().seed())));
    context
        .inputs()
        .forEach((source, print) -> facts.add(new ReportData.Fact("input " + source, print)));
    return facts;
  }

  private static ReportData.Fact learned(RankingChoice choice) {
    return new ReportData.Fact(
        "learned order, " + choice.segment() + " users",
        String.format(
            Locale.ROOT,
            "%s: MAP %+.4f over the blend%s, %,d held-out users",
            choice.learned() ? "used" : "not used",
            choice.difference(),
            choice.low() == null
                ? ""
                : String.format(Locale.ROOT, " (%+.4f to %+.4f)", choice.low(), choice.high()),
            choice.users()));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
