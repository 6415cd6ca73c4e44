package org.nightjar.run;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.report.Mask;
import org.nightjar.report.ReportData;
import org.nightjar.table.Catalogue;
import org.nightjar.table.Explanations;
import org.nightjar.table.Recommendations;
import org.nightjar.table.SampledUsers;
import org.nightjar.table.SimilarItems;
import org.nightjar.table.Table;

/** Some of the lists of a release, with the names of the items and the reasons for them. */
final class ReleaseLists {
  private static final int SIMILAR_OF = 8;
  private static final int SIMILAR_EACH = 8;

  private final Function<Table, Optional<Dataset<Row>>> tables;

  /**
   * The lists of one release.
   *
   * @param tables its tables; empty for one that it lacks
   */
  ReleaseLists(Function<Table, Optional<Dataset<Row>>> tables) {
    this.tables = tables;
  }

  /** A user's list; empty if the user has none. */
  List<ReportData.ExampleRow> of(String userId) {
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

  /** What is similar to an item, by rank; empty if nothing is. */
  List<ReportData.ExampleRow> similarTo(String itemId) {
    List<Row> similar =
        rows(
            SimilarItems.TABLE,
            all -> all.where(col(SimilarItems.ITEM_ID).equalTo(itemId)).orderBy(SimilarItems.RANK));
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

  /** Some rows of a table; none of a table that the release lacks. */
  private List<Row> rows(Table table, UnaryOperator<Dataset<Row>> chosen) {
    return tables.apply(table).map(all -> chosen.apply(all).collectAsList()).orElse(List.of());
  }

  private List<Row> recommended(List<String> users) {
    return rows(
        Recommendations.TABLE,
        all ->
            all.where(col(Recommendations.USER_ID).isin(users.toArray()))
                .orderBy(Recommendations.USER_ID, Recommendations.RANK));
  }

  /** By user id and rank. */
  private Map<List<Object>, Row> explained(List<String> users) {
    Map<List<Object>, Row> explained = new HashMap<>();
    rows(Explanations.TABLE, all -> all.where(col(Explanations.USER_ID).isin(users.toArray())))
        .forEach(
            row ->
                explained.put(
                    List.of(row.getAs(Explanations.USER_ID), row.getAs(Explanations.RANK)), row));
    return explained;
  }

  private static List<Row> parts(Row explained) {
    return explained.getList(explained.fieldIndex(Explanations.PARTS));
  }

  /** The items with the most buyers, ties by id. */
  private List<Row> popular() {
    return rows(
        Catalogue.TABLE,
        all ->
            all.where(col(Catalogue.BUYERS).gt(0))
                .orderBy(col(Catalogue.BUYERS).desc(), col(Catalogue.ITEM_ID))
                .limit(SIMILAR_OF));
  }

  private List<Row> similar(List<Row> popular) {
    return rows(
        SimilarItems.TABLE,
        all ->
            all.where(
                    col(SimilarItems.ITEM_ID)
                        .isin(texts(popular, Catalogue.ITEM_ID))
                        .and(col(SimilarItems.RANK).leq(SIMILAR_EACH)))
                .orderBy(SimilarItems.ITEM_ID, SimilarItems.RANK));
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
      rows(Catalogue.TABLE, all -> all.where(col(Catalogue.ITEM_ID).isin(shown.toArray())))
          .forEach(row -> items.put(row.getAs(Catalogue.ITEM_ID), row));
    }
    return items;
  }

  private static List<String> texts(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  /** The lists of the sampled users, masked, in the order of their activity; empty without any. */
  List<ReportData.ExampleList> ofSample(Supplier<Mask> masks) {
    List<Row> users =
        rows(SampledUsers.TABLE, all -> all.orderBy(SampledUsers.ACTIVITY, SampledUsers.USER_ID));
    if (users.isEmpty()) {
      return List.of();
    }
    List<String> ids =
        users.stream().map(user -> user.<String>getAs(SampledUsers.USER_ID)).toList();
    List<Row> recommended = recommended(ids);
    Map<List<Object>, Row> explained = explained(ids);
    Map<String, Row> items = items(users, recommended, List.of(), explained.values());
    Mask mask = masks.get();
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

  /** What is similar to the items with the most buyers. */
  List<ReportData.SimilarList> similarToPopular() {
    List<Row> popular = popular();
    if (popular.isEmpty()) {
      return List.of();
    }
    List<Row> similar = similar(popular);
    Map<String, Row> items = items(List.of(), List.of(), similar, List.of());
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
}
