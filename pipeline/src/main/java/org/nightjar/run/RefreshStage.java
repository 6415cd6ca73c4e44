package org.nightjar.run;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.nightjar.InputException;
import org.nightjar.Require;
import org.nightjar.models.CandidateModel;
import org.nightjar.publish.Manifest;
import org.nightjar.rank.Rules;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Explanations;
import org.nightjar.table.Items;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;
import org.nightjar.table.Table;
import org.nightjar.table.UserContext;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;

/**
 * Brings the current release's models up to date without training ({@link CandidateModel#refresh})
 * and finds the users who get a new list: those with events since its cutoff, those of whom nothing
 * is known any more, those without a whole list, and those whose list holds an item that today's
 * rules forbid. All others keep their rows. Its metrics are handed on: nothing is measured anew.
 */
final class RefreshStage implements Stage {
  /** Table of the full view: {@code user}, who gets a new list. */
  static final String RELISTED = "relisted";

  /** Table of the full view: {@link Recommendations#INDEXED}, the rows that stay. */
  static final String KEPT = "kept";

  /** Table of the full view: {@link Explanations#INDEXED}, of the rows that stay. */
  static final String KEPT_EXPLANATIONS = "kept_explanations";

  private static final String BEFORE = "before";
  private static final String ALLOWED = "allowed";
  private static final String FORBIDDEN = "is_forbidden";
  private static final String ROWS = "rows";
  private static final String HAS_EVENTS = "has_events";

  @Override
  public String name() {
    return "refresh";
  }

  /**
   * The work files of the current release.
   *
   * @throws InputException if nothing is published, or they are gone, or what they were trained
   *     with is not what this configuration and this version of Nightjar have: every difference by
   *     name
   */
  static Workspace workOfLast(RunContext context) {
    Manifest last =
        context
            .last()
            .orElseThrow(
                () ->
                    new InputException(
                        String.format(
                            "Cannot refresh: nothing is published in '%s' yet. Start a run.",
                            context.configuration().output().path())));
    Workspace work =
        Workspace.ofRun(context.spark(), context.configuration().output().path(), last.runId());
    Require.that(
        work.has("views", View.FULL, ModelStage.MODELS),
        "Cannot refresh: the models of release '%s' are gone from '%s'. Start a run.",
        last.runId(),
        work.path());
    List<String> differences =
        new ArrayList<>(
            RankingArtefact.read(work)
                .basis()
                .differences(TrainingBasis.of(context.configuration())));
    context
        .configuration()
        .models()
        .forEach((name, model) -> differences.addAll(missing(work, name, model)));
    Require.that(
        differences.isEmpty(),
        "Cannot refresh release '%s': its models and ranking were trained otherwise. %s. Set these"
            + " back, or start a run.",
        last.runId(),
        String.join("; ", differences));
    return work;
  }

  /** What a model reads of its trained tables and does not find, one text each. */
  private static List<String> missing(Workspace work, String name, CandidateModel model) {
    List<String> missing = new ArrayList<>();
    model
        .refreshedFrom()
        .forEach(
            (table, columns) -> {
              String[] path = {"views", View.FULL, ModelStage.MODELS, name, table};
              if (!work.has(path)) {
                missing.add(String.format("models.%s has no table '%s'", name, table));
                return;
              }
              StructType found = work.read(path).schema();
              for (StructField column : columns.fields()) {
                if (Arrays.stream(found.fields())
                    .noneMatch(
                        other ->
                            other.name().equals(column.name())
                                && type(other).equals(type(column)))) {
                  missing.add(
                      String.format(
                          "models.%s has no column '%s' of type %s in its table '%s'",
                          name, column.name(), type(column), table));
                }
              }
            });
    return missing;
  }

  /** Without whether it may be null, which files do not keep. */
  private static String type(StructField column) {
    return column.dataType().simpleString();
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    View full = context.full().orElseThrow();
    ModelStage.train(
        context,
        full,
        training -> {
          List<Runnable> work = new ArrayList<>();
          context
              .configuration()
              .models()
              .forEach(
                  (name, model) ->
                      work.add(
                          () ->
                              ModelStage.fit(
                                  context,
                                  full,
                                  name,
                                  () -> model.refresh(training, before(context, full, name)))));
          Together.run(work);
        });
    Map<String, Long> counts = new LinkedHashMap<>();
    relist(context, full, counts);
    takeOver(context);
    return counts;
  }

  /** What was measured and summed up in the night stays as it was. */
  private static void takeOver(RunContext context) {
    Manifest last = context.last().orElseThrow();
    context
        .workspace()
        .write(
            table(context, last, Metrics.TABLE.name())
                .withColumn(Metrics.RUN_ID, lit(context.runId())),
            "evaluate",
            "metrics");
    String figures = UserMetrics.TABLE.name();
    context.workspace().write(table(context, last, figures), "evaluate", figures);
    for (Table table : ExploreStage.TABLES) {
      if (last.tables().containsKey(table.name())) {
        context
            .workspace()
            .write(table(context, last, table.name()), ExploreStage.FOLDER, table.name());
      }
    }
  }

  private static Dataset<Row> table(RunContext context, Manifest last, String table) {
    return context.spark().read().parquet(context.releases().path(last.runId(), table));
  }

  /** A model's tables with today's item indexes. */
  private static Map<String, Dataset<Row>> before(RunContext context, View view, String name) {
    Workspace work = context.before().orElseThrow();
    Dataset<Row> todays =
        work.read("clean", "items")
            .select(col(Items.ITEM).as(BEFORE), col(Items.ITEM_ID))
            .join(context.itemIds(), Items.ITEM_ID)
            .select(BEFORE, Items.ITEM);
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    ModelStage.tables(work, view, name)
        .forEach(
            (table, rows) ->
                tables.put(
                    table,
                    Arrays.asList(rows.columns()).contains(Items.ITEM)
                        ? rows.withColumnRenamed(Items.ITEM, BEFORE)
                            .join(broadcast(todays), BEFORE)
                            .drop(BEFORE)
                        : rows));
    return tables;
  }

  /**
   * {@code user_id} of those of whom the last release knew events or a profile and of whom nothing
   * is known now, as of somebody who objected to being modelled: their lists were made from it.
   */
  private static Dataset<Row> forgotten(RunContext context, View full) {
    Dataset<Row> before = known(context, context.before().orElseThrow(), full);
    return before.join(
        known(context, context.workspace(), full), new String[] {Users.USER_ID}, "left_anti");
  }

  private static Dataset<Row> known(RunContext context, Workspace work, View full) {
    Dataset<Row> users = work.read("clean", "users");
    Column profile =
        context.configuration().userAttributes().keySet().stream()
            .map(name -> col(Attributes.column(name)).isNotNull())
            .reduce(lit(false), Column::or);
    return users
        .join(
            work.read("views", full.name(), "context")
                .select(col(UserContext.USER), lit(true).as(HAS_EVENTS)),
            new String[] {Users.USER},
            "left")
        .where(col(HAS_EVENTS).isNotNull().or(profile))
        .select(Users.USER_ID);
  }

  private static void relist(RunContext context, View full, Map<String, Long> counts) {
    Manifest last = context.last().orElseThrow();
    Dataset<Row> requested =
        context.cleaned("users").where(col(Users.REQUESTED)).select(Users.USER, Users.USER_ID);
    Dataset<Row> active =
        context
            .events(full)
            .where(col(Events.EVENT_AT).geq(lit(last.cutoff())))
            .select(Events.USER)
            .distinct();
    Dataset<Row> rows =
        table(context, last, Recommendations.TABLE.name())
            .join(requested, Users.USER_ID)
            .join(forgotten(context, full), new String[] {Users.USER_ID}, "left_anti")
            .join(active, new String[] {Users.USER}, "left_anti")
            .join(broadcast(context.itemIds()), new String[] {Items.ITEM_ID}, "left")
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> eligible =
          Rules.eligible(context.cleaned("items"), full.cutoff()).withColumn(ALLOWED, lit(true));
      Dataset<Row> forbidden = context.ofView(full, "forbidden").withColumn(FORBIDDEN, lit(true));
      Dataset<Row> usersWhoKeepTheirs =
          rows.join(broadcast(eligible), new String[] {Items.ITEM}, "left")
              .join(forbidden, new String[] {Users.USER, Items.ITEM}, "left")
              .groupBy(Users.USER)
              .agg(
                  count(lit(1)).as(ROWS),
                  min(coalesce(col(ALLOWED), lit(false)).and(col(FORBIDDEN).isNull())).as(ALLOWED))
              .where(
                  col(ALLOWED).and(col(ROWS).equalTo(context.configuration().rank().listLength())))
              .select(Users.USER);
      counts.put(
          KEPT,
          context
              .workspace()
              .writeCounting(
                  Recommendations.INDEXED.conform(
                      rows.join(usersWhoKeepTheirs, new String[] {Users.USER}, "left_semi")),
                  "views",
                  full.name(),
                  KEPT));
      Dataset<Row> kept = context.ofView(full, KEPT).select(Users.USER).distinct();
      context
          .workspace()
          .write(
              Explanations.INDEXED.conform(
                  table(context, last, Explanations.TABLE.name())
                      .join(requested, Users.USER_ID)
                      .join(kept, new String[] {Users.USER}, "left_semi")),
              "views",
              full.name(),
              KEPT_EXPLANATIONS);
      counts.put(
          RELISTED,
          context
              .workspace()
              .writeCounting(
                  requested.select(Users.USER).join(kept, new String[] {Users.USER}, "left_anti"),
                  "views",
                  full.name(),
                  RELISTED));
    } finally {
      rows.unpersist();
    }
  }
}
