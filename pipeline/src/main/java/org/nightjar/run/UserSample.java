package org.nightjar.run;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.arrays_zip;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.nightjar.rank.Ranker;
import org.nightjar.table.Attributes;
import org.nightjar.table.Events;
import org.nightjar.table.Items;
import org.nightjar.table.SampledUsers;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/** Draws a few users of each activity segment, by hash, with what they bought. */
final class UserSample {
  private static final int PER_SEGMENT = 4;
  private static final String PLACE = "place";
  private static final String LIST = "list";
  private static final String ENTRY = "entry";
  private static final String ENTRIES = "entries";
  private static final String COUNT = "count";
  private static final String HIT = "hit";

  private UserSample() {}

  /** {@link SampledUsers#TABLE}; users are drawn from those with a list. */
  static Dataset<Row> of(RunContext context, View view) {
    Dataset<Row> picked =
        context
            .ofView(view, "lists")
            .select(Users.USER)
            .join(context.ofView(view, "context"), new String[] {Users.USER}, "left")
            .select(
                col(Users.USER),
                Ranker.activity(
                        col(UserContext.EVENT_COUNT), context.configuration().rank().activity())
                    .as(SampledUsers.ACTIVITY),
                coalesce(col(UserContext.EVENT_COUNT), lit(0L)).as(SampledUsers.EVENTS),
                slice(col(UserContext.HISTORY), 1, SampledUsers.MAX_ITEMS).as(UserContext.HISTORY),
                slice(col(UserContext.HISTORY_COUNTS), 1, SampledUsers.MAX_ITEMS)
                    .as(UserContext.HISTORY_COUNTS))
            .withColumn(
                PLACE,
                row_number()
                    .over(
                        Window.partitionBy(SampledUsers.ACTIVITY)
                            .orderBy(
                                abs(xxhash64(col(Users.USER), lit(context.configuration().seed()))),
                                col(Users.USER))))
            .where(col(PLACE).leq(PER_SEGMENT))
            .localCheckpoint();
    Dataset<Row> known =
        picked
            .join(context.profiles(), new String[] {Users.USER}, "left")
            .join(context.cleaned("users").select(Users.USER, Users.USER_ID), Users.USER)
            .select(
                col(Users.USER),
                col(Users.USER_ID),
                col(SampledUsers.ACTIVITY),
                profile(context.profile()).as(SampledUsers.PROFILE),
                col(SampledUsers.EVENTS));
    Dataset<Row> result =
        known
            .join(bought(context, picked), new String[] {Users.USER}, "left")
            .join(heldOut(context, picked), new String[] {Users.USER}, "left");
    return SampledUsers.TABLE.conform(
        result
            .withColumn(SampledUsers.BOUGHT, orEmpty(SampledUsers.BOUGHT, "string"))
            .withColumn(SampledUsers.BOUGHT_EVENTS, orEmpty(SampledUsers.BOUGHT_EVENTS, "bigint"))
            .withColumn(SampledUsers.HELD_OUT, orEmpty(SampledUsers.HELD_OUT, "string"))
            .withColumn(SampledUsers.HELD_OUT_HIT, orEmpty(SampledUsers.HELD_OUT_HIT, "boolean")));
  }

  private static Column orEmpty(String column, String element) {
    return coalesce(col(column), array().cast("array<" + element + ">"));
  }

  private static Column profile(List<String> names) {
    Column[] levels =
        names.stream()
            .map(name -> concat(lit(name + "="), col(Attributes.column(name))))
            .toArray(Column[]::new);
    return names.isEmpty()
        ? array().cast("array<string>")
        : array_compact(array(levels)).cast("array<string>");
  }

  private static Dataset<Row> bought(RunContext context, Dataset<Row> picked) {
    return picked
        .select(
            col(Users.USER),
            posexplode(arrays_zip(col(UserContext.HISTORY), col(UserContext.HISTORY_COUNTS)))
                .as(new String[] {PLACE, ENTRY}))
        .select(
            col(Users.USER),
            col(PLACE),
            col(ENTRY).getField(UserContext.HISTORY).as(Items.ITEM),
            col(ENTRY).getField(UserContext.HISTORY_COUNTS).as(COUNT))
        .join(context.itemIds(), Items.ITEM)
        .groupBy(Users.USER)
        .agg(array_sort(collect_list(struct(PLACE, Items.ITEM_ID, COUNT))).as(ENTRIES))
        .select(
            col(Users.USER),
            transform(col(ENTRIES), entry -> entry.getField(Items.ITEM_ID)).as(SampledUsers.BOUGHT),
            transform(col(ENTRIES), entry -> entry.getField(COUNT)).as(SampledUsers.BOUGHT_EVENTS));
  }

  /** From a measured holdout view; no row without one, or without held-out purchases. */
  private static Dataset<Row> heldOut(RunContext context, Dataset<Row> picked) {
    List<View> holdouts = EvaluateStage.measured(context);
    if (holdouts.isEmpty()) {
      return picked
          .limit(0)
          .select(
              col(Users.USER),
              array().cast("array<string>").as(SampledUsers.HELD_OUT),
              array().cast("array<boolean>").as(SampledUsers.HELD_OUT_HIT));
    }
    View view = holdouts.get(holdouts.size() - 1);
    int length = context.configuration().rank().listLength();
    Dataset<Row> lists =
        context
            .ofView(view, context.rankings().get(context.publishedRanking()))
            .select(col(Users.USER), slice(col(Ranker.ITEMS), 1, length).as(LIST));
    return context
        .ofView(view, "truth")
        .select(Events.USER, Events.ITEM)
        .distinct()
        .join(picked.select(Users.USER), Users.USER)
        .join(lists, new String[] {Users.USER}, "left")
        .join(context.itemIds(), Items.ITEM)
        .groupBy(Users.USER)
        .agg(
            slice(
                    array_sort(
                        collect_list(
                            struct(
                                col(Items.ITEM_ID),
                                coalesce(array_contains(col(LIST), col(Items.ITEM)), lit(false))
                                    .as(HIT)))),
                    1,
                    SampledUsers.MAX_ITEMS)
                .as(ENTRIES))
        .select(
            col(Users.USER),
            transform(col(ENTRIES), entry -> entry.getField(Items.ITEM_ID))
                .as(SampledUsers.HELD_OUT),
            transform(col(ENTRIES), entry -> entry.getField(HIT)).as(SampledUsers.HELD_OUT_HIT));
  }
}
