package org.nightjar.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.config.RankSettings;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.ReleaseCheck;
import org.nightjar.publish.ReleaseExpectation;
import org.nightjar.publish.ReleaseTables;
import org.nightjar.publish.ReleaseWriter;
import org.nightjar.publish.Releases;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.Rules;
import org.nightjar.table.Explanations;
import org.nightjar.table.InputProfile;
import org.nightjar.table.ItemTraits;
import org.nightjar.table.Items;
import org.nightjar.table.Table;
import org.nightjar.table.UserMetrics;
import org.nightjar.table.Users;

/**
 * Writes the release beside the current one and checks it by reading it back; the pointer is not
 * touched here.
 */
final class PublishStage implements Stage {
  private static final String ROWS = "rows";

  @Override
  public String name() {
    return "publish";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    View full = context.full().orElseThrow();
    Workspace workspace = context.workspace();
    Dataset<Row> lists = context.ofView(full, "recommendations");
    Map<Table, Dataset<Row>> further = further(context);
    ReleaseTables tables =
        new ReleaseTables(
            lists,
            context.cleaned("users"),
            context.itemIds(),
            context.ofView(full, "fallback"),
            context.ofView(full, "similar_items"),
            workspace.read("evaluate", "metrics"),
            further);
    Map<String, Manifest.PublishedTable> written =
        new ReleaseWriter(context.releases(), context.configuration().output())
            .write(context.runId(), tables);
    Dataset<Row> shortUsers = workspace.write(shortUsers(context, lists), "publish", "short_users");
    Map<String, Long> rows = new LinkedHashMap<>();
    written.forEach((table, published) -> rows.put(table, published.rows()));
    Verdict verdict =
        Verdict.of(
            new ReleaseCheck(context.spark(), context.releases())
                .verify(
                    context.runId(),
                    expectation(context, full, shortUsers, rows, further.keySet())));
    Map<String, Long> shortByReason = new LinkedHashMap<>();
    shortUsers
        .groupBy(ReleaseExpectation.REASON)
        .agg(count(lit(1)))
        .orderBy(ReleaseExpectation.REASON)
        .limit(100)
        .collectAsList()
        .forEach(row -> shortByReason.put(row.getString(0), row.getLong(1)));
    context.verified(verdict, written, shortByReason);
    return rows;
  }

  /** Its tables lie among the releases; those of a sealed one are checked before the swap. */
  @Override
  public boolean isWhole(RunContext context) {
    Releases releases = context.releases();
    return releases.isSealed(context.runId()) || releases.holds(context.runId(), context.written());
  }

  /** What is published as it is: for the next night's gate, and for the report. */
  private static Map<Table, Dataset<Row>> further(RunContext context) {
    Workspace workspace = context.workspace();
    Map<Table, Dataset<Row>> tables = new LinkedHashMap<>();
    tables.put(UserMetrics.PUBLISHED, workspace.read("evaluate", UserMetrics.TABLE.name()));
    tables.put(InputProfile.TABLE, context.cleaned("profile"));
    tables.put(
        Explanations.TABLE,
        context
            .ofView(context.full().orElseThrow(), Explanations.TABLE.name())
            .join(context.cleaned("users").select(Users.USER, Users.USER_ID), Users.USER));
    tables.putAll(ExploreStage.written(workspace));
    return tables;
  }

  /** Requested users with fewer than N rows: {@code user}, reason. */
  private static Dataset<Row> shortUsers(RunContext context, Dataset<Row> lists) {
    int length = context.configuration().rank().listLength();
    Dataset<Row> rowsPerUser = lists.groupBy(Users.USER).agg(count(lit(1)).as(ROWS));
    Column rows = coalesce(col(ROWS), lit(0L));
    return context
        .cleaned("users")
        .where(col(Users.REQUESTED))
        .select(Users.USER)
        .join(rowsPerUser, new String[] {Users.USER}, "left")
        .where(rows.lt(length))
        .select(
            col(Users.USER),
            concat(lit("the rules leave "), rows, lit(" items for the user"))
                .as(ReleaseExpectation.REASON));
  }

  private static ReleaseExpectation expectation(
      RunContext context,
      View full,
      Dataset<Row> shortUsers,
      Map<String, Long> rows,
      Set<Table> further) {
    RankSettings settings = context.configuration().rank();
    Dataset<Row> eligible =
        Rules.eligible(context.cleaned("items"), full.cutoff())
            .withColumn(ReleaseExpectation.ELIGIBLE, lit(true));
    Dataset<Row> items =
        context
            .itemIds()
            .join(eligible, new String[] {Items.ITEM}, "left")
            .join(context.traits(), Items.ITEM)
            .withColumnRenamed(ItemTraits.CATEGORY, ReleaseExpectation.CAP_GROUP);
    return new ReleaseExpectation(
        context.cleaned("users"),
        items,
        context.ofView(full, "forbidden"),
        shortUsers,
        settings.listLength(),
        settings.maxPerCategory(),
        rows,
        List.copyOf(further));
  }
}
