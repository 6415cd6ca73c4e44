package org.nightjar.rank;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.Explainer;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Recommendations;
import org.nightjar.table.UserContext;
import org.nightjar.table.Users;

/** Turns lists into rows and gives each a reason. */
public final class Reasons {
  private Reasons() {}

  /**
   * One row per user and rank.
   *
   * @param lists {@link Ranker#LISTS}
   * @param profiles {@code user} and the profile's level columns
   * @param contexts {@link UserContext#TABLE}
   * @param explainers by model name
   * @param names item names by index
   * @return {@link Recommendations#INDEXED}
   */
  public static Dataset<Row> attach(
      Dataset<Row> lists,
      Dataset<Row> profiles,
      Dataset<Row> contexts,
      Map<String, Explainer> explainers,
      String[] names) {
    Broadcast<Known> known =
        Broadcasts.of(lists.sparkSession(), new Known(new HashMap<>(explainers), names));
    FlatMapFunction<Row, Row> rows = row -> rows(row, known.value());
    return lists
        .join(profiles, new String[] {Users.USER}, "left")
        .join(contexts, new String[] {Users.USER}, "left")
        .flatMap(rows, Encoders.row(Recommendations.INDEXED.schema()));
  }

  private static Iterator<Row> rows(Row row, Known known) {
    int user = row.getAs(Users.USER);
    int[] items = TopN.ints(row, Ranker.ITEMS);
    List<Double> scores = row.getList(row.fieldIndex(Ranker.SCORES));
    List<String> sources = row.getList(row.fieldIndex(Ranker.SOURCES));
    List<Row> rows = new ArrayList<>(items.length);
    for (int at = 0; at < items.length; at++) {
      String source = sources.get(at);
      String reason = known.explainers().get(source).reason(row, items[at], known.names());
      rows.add(RowFactory.create(user, at + 1, items[at], scores.get(at), source, reason));
    }
    return rows.iterator();
  }

  private record Known(HashMap<String, Explainer> explainers, String[] names)
      implements java.io.Serializable {}
}
