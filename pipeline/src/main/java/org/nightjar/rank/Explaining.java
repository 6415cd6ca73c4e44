package org.nightjar.rank;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.rank.kernel.Broadcasts;
import org.nightjar.rank.kernel.CandidateSource;
import org.nightjar.rank.kernel.Decomposer;
import org.nightjar.rank.kernel.Part;
import org.nightjar.rank.kernel.TopN;
import org.nightjar.table.Explanations;
import org.nightjar.table.Users;

/** Takes the score of each row apart, as the row's source gives it. */
public final class Explaining {
  private static final String INPUT = "parts_input_";
  private static final double STEP = 1e9;

  private Explaining() {}

  /**
   * One row per row of the lists whose source can tell.
   *
   * @param lists {@link Ranker#LISTS}
   * @param profiles {@code user} and the profile's level columns
   * @param sources fitted models by name
   * @param itemIds ids by item index
   * @param length rows per list
   * @return {@link Explanations#INDEXED}
   */
  public static Dataset<Row> of(
      Dataset<Row> lists,
      Dataset<Row> profiles,
      Map<String, ? extends CandidateSource> sources,
      String[] itemIds,
      int length) {
    Dataset<Row> users = lists.join(profiles, new String[] {Users.USER}, "left");
    HashMap<String, Decomposer> decomposers = new HashMap<>();
    int number = 0;
    for (Map.Entry<String, ? extends CandidateSource> source : sources.entrySet()) {
      String input = INPUT + number++;
      users = source.getValue().prepareParts(users, input);
      decomposers.put(source.getKey(), source.getValue().decomposer(input));
    }
    Broadcast<Known> known =
        Broadcasts.of(lists.sparkSession(), new Known(decomposers, itemIds, length));
    FlatMapFunction<Row, Row> rows = row -> known.value().rows(row);
    return users.flatMap(rows, Encoders.row(Explanations.INDEXED.schema()));
  }

  private record Known(HashMap<String, Decomposer> decomposers, String[] itemIds, int length)
      implements Serializable {

    Iterator<Row> rows(Row user) {
      int[] items = TopN.ints(user, Ranker.ITEMS);
      List<String> sources = user.getList(user.fieldIndex(Ranker.SOURCES));
      List<Row> rows = new ArrayList<>();
      for (String source : sources.stream().limit(length).distinct().sorted().toList()) {
        int[] places =
            IntStream.range(0, Math.min(length, items.length))
                .filter(place -> sources.get(place).equals(source))
                .toArray();
        int[] theirs = IntStream.of(places).map(place -> items[place]).toArray();
        List<List<Part>> parts = decomposers.get(source).parts(user, theirs);
        for (int at = 0; at < places.length; at++) {
          if (!parts.get(at).isEmpty()) {
            rows.add(row(user.getAs(Users.USER), places[at], theirs[at], source, parts.get(at)));
          }
        }
      }
      return rows.iterator();
    }

    private Row row(int user, int place, int item, String source, List<Part> parts) {
      double score = 0;
      for (Part part : parts) {
        score += part.value();
      }
      List<Part> largest =
          parts.stream()
              .sorted(
                  Comparator.comparingDouble((Part part) -> -Math.abs(part.value()))
                      .thenComparingInt(Part::item)
                      .thenComparing(Part::level))
              .limit(Explanations.MOST)
              .toList();
      double rest = rounded(score);
      List<Row> kept = new ArrayList<>();
      for (Part part : largest) {
        double value = rounded(part.value());
        rest -= value;
        kept.add(
            RowFactory.create(
                part.kind().name().toLowerCase(Locale.ROOT),
                part.item() < 0 ? part.level() : itemIds[part.item()],
                value));
      }
      return RowFactory.create(
          user,
          place + 1,
          itemIds[item],
          source,
          rounded(score),
          kept.toArray(Row[]::new),
          parts.size() > kept.size() ? rounded(rest) : 0.0);
    }

    private static double rounded(double value) {
      return Math.rint(value * STEP) / STEP;
    }
  }
}
