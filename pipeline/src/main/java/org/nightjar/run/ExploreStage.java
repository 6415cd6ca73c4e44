package org.nightjar.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.Configuration;
import org.nightjar.explore.Exploration;
import org.nightjar.publish.Manifest;
import org.nightjar.report.Mask;
import org.nightjar.table.Catalogue;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.ItemFeatures;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;
import org.nightjar.table.RejectExamples;
import org.nightjar.table.SampledUsers;
import org.nightjar.table.Summaries;
import org.nightjar.table.Summaries.Figure;
import org.nightjar.table.Summaries.Section;
import org.nightjar.table.Table;
import org.nightjar.table.Trials;
import org.nightjar.table.Users;

/**
 * Sums up the data and the lists for the report: tables of a few thousand rows, and the catalogue.
 */
final class ExploreStage implements Stage {
  /** Folder of what this stage writes. */
  static final String FOLDER = "explore";

  /** What it writes; not all of them every night. */
  static final List<Table> TABLES =
      List.of(
          Catalogue.TABLE, RejectExamples.TABLE, SampledUsers.TABLE, Summaries.TABLE, Trials.TABLE);

  /** What this stage wrote, to be published as it is. */
  static Map<Table, Dataset<Row>> written(Workspace workspace) {
    Map<Table, Dataset<Row>> tables = new LinkedHashMap<>();
    TABLES.stream()
        .filter(table -> workspace.has(FOLDER, table.name()))
        .forEach(table -> tables.put(table, workspace.read(table, FOLDER, table.name())));
    return tables;
  }

  @Override
  public String name() {
    return FOLDER;
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    View full = context.full().orElseThrow();
    Workspace workspace = context.workspace();
    workspace.write(catalogue(context, full), FOLDER, Catalogue.TABLE.name());
    List<Figure> figures = new ArrayList<>(cleaning(context));
    Configuration configuration = context.configuration();
    Exploration exploration =
        Exploration.of(
            new Exploration.Tables(
                context.profiles(),
                context.cleaned("users").drop(Users.REQUESTED),
                context.cleaned("items"),
                context.events(full),
                feature(context, full, FeatureStage.USER_FEATURES),
                feature(context, full, FeatureStage.ITEM_FEATURES),
                feature(context, full, FeatureStage.USER_ITEM_FEATURES),
                context.traits(),
                context.ofView(full, "recommendations")),
            context.profile(),
            configuration.userAttributes(),
            configuration.eventAttributes());
    List<Runnable> work = new ArrayList<>();
    exploration
        .pieces()
        .forEach(
            piece ->
                work.add(
                    () -> {
                      List<Figure> found = piece.get();
                      synchronized (figures) {
                        figures.addAll(found);
                      }
                    }));
    work.add(
        () -> workspace.write(UserSample.of(context, full), FOLDER, SampledUsers.TABLE.name()));
    work.add(() -> workspace.write(rejects(context), FOLDER, RejectExamples.TABLE.name()));
    TrialLog.named(context)
        .ifPresent(
            trials ->
                work.add(() -> workspace.write(trials.coalesce(1), FOLDER, Trials.TABLE.name())));
    work.add(() -> context.compared(Comparisons.of(context)));
    Together.run(work);
    figures.addAll(
        context
            .comparisons()
            .orElseThrow()
            .figures(context.publishedRanking(), context.last().map(Manifest::runId).orElse("")));
    figures.addAll(exploration.drift(figures, before(context)));
    int place = 0;
    for (Map.Entry<String, Double> gain : context.gains().entrySet()) {
      figures.add(
          Figure.of(
              Section.RANKER, "learned", "", "gain", "", place++, gain.getKey(), gain.getValue()));
    }
    workspace.write(
        context
            .spark()
            .createDataFrame(figures.stream().map(Figure::row).toList(), Summaries.TABLE.schema()),
        FOLDER,
        Summaries.TABLE.name());
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("figures", (long) figures.size());
    return counts;
  }

  private static Dataset<Row> rejects(RunContext context) {
    Mask mask = new Mask(context.releases().maskKey());
    return context
        .spark()
        .createDataFrame(
            RejectSample.of(context.cleaned("rejects"), context.configuration(), mask),
            RejectExamples.TABLE.schema());
  }

  private static Dataset<Row> catalogue(RunContext context, View view) {
    return Catalogue.TABLE.conform(
        context
            .itemIds()
            .join(context.traits(), Items.ITEM)
            .join(
                feature(context, view, FeatureStage.ITEM_FEATURES)
                    .select(col(Items.ITEM), col(ItemFeatures.EVENTS), col(ItemFeatures.BUYERS)),
                new String[] {Items.ITEM},
                "left")
            .select(
                col(Catalogue.ITEM_ID),
                col(ItemTraits.NAME).as(Catalogue.NAME),
                col(ItemTraits.CATEGORY).as(Catalogue.CATEGORY),
                coalesce(col(ItemFeatures.EVENTS), lit(0L)).as(Catalogue.EVENTS),
                coalesce(col(ItemFeatures.BUYERS), lit(0L)).as(Catalogue.BUYERS)));
  }

  private static List<Figure> cleaning(RunContext context) {
    List<Figure> figures = new ArrayList<>();
    for (Row row :
        context
            .cleaned("counts")
            .orderBy(CleanCounts.SOURCE, CleanCounts.RULE, CleanCounts.ACTION)
            .collectAsList()) {
      figures.add(
          Figure.of(
              Section.CLEANING,
              row.getAs(CleanCounts.SOURCE),
              "",
              row.getAs(CleanCounts.ACTION),
              row.getAs(CleanCounts.RULE),
              0,
              "",
              (double) row.<Long>getAs(CleanCounts.ROWS)));
    }
    return figures;
  }

  /** Figures of the release that is current while this run goes on; empty without. */
  private static List<Figure> before(RunContext context) {
    return context
        .last()
        .filter(last -> last.tables().containsKey(Summaries.TABLE.name()))
        .map(
            last ->
                Summaries.TABLE
                    .conform(
                        context
                            .spark()
                            .read()
                            .parquet(context.releases().path(last.runId(), Summaries.TABLE.name())))
                    .where(col(Summaries.SECTION).equalTo(Section.DISTRIBUTION))
                    .orderBy(Summaries.SUBJECT, Summaries.SERIES, Summaries.POSITION)
                    .collectAsList()
                    .stream()
                    .map(Figure::of)
                    .toList())
        .orElse(List.of());
  }

  private static Dataset<Row> feature(RunContext context, View view, String table) {
    return context.ofView(view, FeatureStage.FEATURES + "/" + table);
  }
}
