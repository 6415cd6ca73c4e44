package org.nightjar.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.dense_rank;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaned;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.Rejects;
import org.nightjar.table.Users;

/**
 * The held-out pairs of {@code evaluation.test}, by dense index, and whether lists can be measured
 * on them at all.
 */
final class TestTable {
  private static final String NAME = "test";
  private static final String RANK = "unknown";
  private static final String ROWS = "rows";
  private static final String OF_KNOWN_USERS = "of_known_users";
  private static final String OF_REQUESTED_USERS = "of_requested_users";
  private static final String OF_UNKNOWN_ITEMS = "of_unknown_items";
  private static final String ITEM_EXAMPLE = "item_example";

  private final RunContext context;
  private final Dataset<Row> pairs;

  /**
   * The table of a run.
   *
   * @param pairs {@link Cleaned#test}
   */
  TestTable(RunContext context, Dataset<Row> pairs) {
    this.context = context;
    this.pairs = pairs;
  }

  /**
   * Writes {@code user}, {@code item}, each pair once. Items that training does not know still
   * count as truth: they get indexes beyond the catalogue, so that no list can hit them. Warns of
   * rows whose user or item is unknown.
   *
   * @param items number of known items
   * @throws InputException if no row can tell anything: no user, no item of it is known, or no user
   *     of it gets a list
   */
  void write(long items) {
    Dataset<Row> known = pairs.join(context.itemIds(), new String[] {Items.ITEM_ID}, "left");
    Dataset<Row> unknown =
        known
            .where(col(Items.ITEM).isNull())
            .select(Items.ITEM_ID)
            .distinct()
            .withColumn(RANK, dense_rank().over(Window.orderBy(Items.ITEM_ID)));
    Observation observed = new Observation();
    Column isUnknown = col(RANK).isNotNull();
    Dataset<Row> indexed =
        known
            .join(unknown, new String[] {Items.ITEM_ID}, "left")
            .observe(
                observed,
                count(lit(1)).as(ROWS),
                count_if(col(Cleaned.KNOWN)).as(OF_KNOWN_USERS),
                count_if(col(Users.REQUESTED)).as(OF_REQUESTED_USERS),
                count_if(isUnknown).as(OF_UNKNOWN_ITEMS),
                min(when(isUnknown, col(Items.ITEM_ID))).as(ITEM_EXAMPLE))
            .select(
                col(Users.USER),
                coalesce(col(Items.ITEM), col(RANK).plus(lit((int) items)).minus(1))
                    .as(Items.ITEM));
    context.workspace().write(indexed, "clean", NAME);
    check(Workspace.figures(observed));
  }

  private void check(Map<String, Object> figures) {
    Map<String, Long> counts = context.sourceRows().get(NAME);
    long read = ReportAssembly.rows(counts, CleanCounts.READ);
    long rows = (Long) figures.get(ROWS);
    long ofKnownUsers = (Long) figures.get(OF_KNOWN_USERS);
    long ofUnknownItems = (Long) figures.get(OF_UNKNOWN_ITEMS);
    if (ofKnownUsers == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "None of the %d rows of evaluation.test names a known user%s, so nothing could be"
                  + " measured. %s Or leave evaluation.test out: then events are held out.",
              read,
              examples(),
              Strangers.remedy("evaluation.test.columns.user_id")));
    }
    if (ofUnknownItems == rows) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "None of the %d rows of evaluation.test that can be used names a known item (for"
                  + " example '%s'), so no list could hit one. Compare"
                  + " evaluation.test.columns.item_id with the item_id of sources.events: leading"
                  + " zeros, case and blanks may differ.",
              rows,
              figures.get(ITEM_EXAMPLE)));
    }
    if ((Long) figures.get(OF_REQUESTED_USERS) == 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "None of the users of evaluation.test (%d rows) gets a list, so nothing could be"
                  + " measured. Add them to sources.requested%s, or leave evaluation.test out: then"
                  + " events are held out.",
              rows,
              context.configuration().privacy().consent() == null
                  ? ""
                  : " (and see that privacy.consent lets them be served)"));
    }
    long ofUnknownUsers = counts.getOrDefault(Cleaned.UNKNOWN_USER + " " + Rejects.DROPPED, 0L);
    if (ofUnknownUsers > 0) {
      context
          .warnings()
          .add(
              String.format(
                  Locale.ROOT,
                  "%d of the %d rows of evaluation.test (%.1f %%) name no known user%s and are not"
                      + " measured. %s",
                  ofUnknownUsers,
                  read,
                  100.0 * ofUnknownUsers / read,
                  examples(),
                  Strangers.remedy("evaluation.test.columns.user_id")));
    }
    if (ofUnknownItems > 0) {
      context
          .warnings()
          .add(
              String.format(
                  Locale.ROOT,
                  "%d of the %d rows of evaluation.test that are measured (%.1f %%) name an item"
                      + " that nothing is known of (for example '%s'): no list can hit it.",
                  ofUnknownItems,
                  rows,
                  100.0 * ofUnknownItems / rows,
                  figures.get(ITEM_EXAMPLE)));
    }
  }

  private String examples() {
    Dataset<Row> events = context.cleaned("events").select(Events.USER).distinct();
    Dataset<Row> known = context.cleaned("users").join(events, Users.USER).select(Users.USER_ID);
    Dataset<Row> strangers =
        IngestStage.load(context)
            .test()
            .select(Users.USER_ID)
            .where(not(col(Users.USER_ID).isNull()))
            .join(known, new String[] {Users.USER_ID}, "left_anti");
    return Strangers.of(context).examples(strangers, known);
  }
}
