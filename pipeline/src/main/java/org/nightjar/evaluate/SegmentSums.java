package org.nightjar.evaluate;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.nightjar.table.UserSegments;

/**
 * Adds up, over the users of a partition, every metric of every model in every segment and
 * bootstrap replicate: (1 + replicates) · metrics · ks whole numbers per segment and model,
 * whatever the number of users; and how often each item is shown to all.
 *
 * <p>Out: {@code segment}, {@code kind}, {@code model} (index), {@code words}; words of equal
 * segment, kind and model are to be added up, or united when the kind is a coverage.
 */
final class SegmentSums implements MapPartitionsFunction<Row, Row> {
  static final String ALL = "all";
  static final String COLD = UserSegments.HISTORY + "=cold";
  static final String WARM = UserSegments.HISTORY + "=warm";
  static final String NEW = UserSegments.TRUTH + "=new";
  static final String REPEAT = UserSegments.TRUTH + "=repeat";

  /** Segments that need not be given. */
  static final List<String> FIXED = List.of(ALL, COLD, WARM, NEW, REPEAT);

  /** Words: users per replicate. */
  static final int WEIGHTS = 0;

  /** Words: sums per metric, k and replicate. */
  static final int SUMS = 1;

  /** Words: users without truth (model −1), or with truth but without a list of the model. */
  static final int LEFT_OUT = 2;

  /** Words: how often each item is shown within the longest k, for {@link #ALL} only. */
  static final int EXPOSED = 3;

  /** Words: the set of items shown within the first ks[i] places; kind = COVERED + i. */
  static final int COVERED = 4;

  /** Of the rows. */
  static final StructType SCHEMA =
      new StructType()
          .add("segment", StringType, false)
          .add("kind", IntegerType, false)
          .add("model", IntegerType, false)
          .add("words", BinaryType, false);

  private final Map<String, Integer> models;
  private final int[] ks;
  private final Map<String, Integer> segments;
  private final Bootstrap bootstrap;
  private final Broadcast<Catalogue> catalogue;

  /**
   * @param models index by name
   * @param ks ascending
   * @param given segments to measure beside the fixed ones
   */
  SegmentSums(
      Map<String, Integer> models,
      List<Integer> ks,
      List<String> given,
      Bootstrap bootstrap,
      Broadcast<Catalogue> catalogue) {
    this.catalogue = catalogue;
    this.models = models;
    this.ks = ks.stream().mapToInt(k -> k).toArray();
    this.segments = new HashMap<>();
    FIXED.forEach(name -> segments.put(name, segments.size()));
    given.forEach(name -> segments.putIfAbsent(name, segments.size()));
    this.bootstrap = bootstrap;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Sums[] sums = new Sums[segments.size()];
    long withoutTruth = 0;
    long[] withoutList = new long[models.size()];
    int[] weights = new int[bootstrap.columns()];
    while (rows.hasNext()) {
      HeldOutUser user = HeldOutUser.of(rows.next(), models);
      if (!user.hasTruth()) {
        withoutTruth++;
        continue;
      }
      for (int m = 0; m < withoutList.length; m++) {
        withoutList[m] += user.lists[m] == null ? 1 : 0;
      }
      bootstrap.weigh(user.user, weights);
      add(sums, user, user.truth(), weights, segmentsOf(user));
      if (user.fresh.length > 0) {
        add(sums, user, user.fresh, weights, List.of(segments.get(NEW)));
      }
      if (user.known.length > 0) {
        add(sums, user, user.known, weights, List.of(segments.get(REPEAT)));
      }
    }
    List<Row> out = new ArrayList<>();
    segments.forEach(
        (name, place) -> {
          if (sums[place] != null) {
            sums[place].emit(name, out);
          }
        });
    out.add(part(ALL, LEFT_OUT, -1, new long[] {withoutTruth}));
    for (int m = 0; m < withoutList.length; m++) {
      out.add(part(ALL, LEFT_OUT, m, new long[] {withoutList[m]}));
    }
    return out.iterator();
  }

  private List<Integer> segmentsOf(HeldOutUser user) {
    List<Integer> places = new ArrayList<>();
    places.add(segments.get(ALL));
    places.add(segments.get(user.warm ? WARM : COLD));
    for (String name : user.segments) {
      Integer place = segments.get(name);
      if (place != null && place >= FIXED.size()) {
        places.add(place);
      }
    }
    return places;
  }

  /** Metrics of a list, in the order of the figures: all of accuracy, then those of the list. */
  static List<String> labels() {
    return Stream.concat(
            Arrays.stream(Metric.values()).map(Metric::label),
            Arrays.stream(ListMetric.values()).map(ListMetric::label))
        .toList();
  }

  private void add(
      Sums[] sums, HeldOutUser user, int[] truth, int[] weights, List<Integer> places) {
    for (int place : places) {
      if (sums[place] == null) {
        sums[place] = new Sums();
      }
      for (int r = 0; r < weights.length; r++) {
        sums[place].weights[r] += weights[r];
      }
    }
    for (int m = 0; m < user.lists.length; m++) {
      int[] list = user.lists[m];
      if (list == null) {
        continue;
      }
      for (int place : places) {
        sums[place].cover(m, list);
        if (place == segments.get(ALL)) {
          sums[place].expose(m, list);
        }
      }
      boolean[] hits = HeldOutUser.hits(list, truth);
      int at = 0;
      for (Metric metric : Metric.values()) {
        for (int k : ks) {
          add(sums, places, m, at, metric.at(k, hits, truth.length), weights);
          at += weights.length;
        }
      }
      for (ListMetric metric : ListMetric.values()) {
        for (int k : ks) {
          int[] shown = Arrays.copyOf(list, Math.min(k, list.length));
          add(sums, places, m, at, metric.of(shown, hits, user, catalogue.value()), weights);
          at += weights.length;
        }
      }
    }
  }

  private static void add(
      Sums[] sums, List<Integer> places, int model, int at, double figure, int[] weights) {
    long value = Bootstrap.fixed(figure);
    if (value != 0) {
      for (int place : places) {
        sums[place].add(model, at, value, weights);
      }
    }
  }

  static Row part(String segment, int kind, int model, long[] words) {
    return RowFactory.create(segment, kind, model, Words.toBytes(words));
  }

  /** The sums of one segment. */
  private final class Sums {
    final long[] weights = new long[bootstrap.columns()];
    final long[][] ofModels = new long[models.size()][];
    final BitSet[][] covered = new BitSet[models.size()][];
    final long[][] exposed = new long[models.size()][];

    void add(int model, int at, long value, int[] userWeights) {
      if (ofModels[model] == null) {
        ofModels[model] = new long[labels().size() * ks.length * userWeights.length];
      }
      long[] sums = ofModels[model];
      for (int r = 0; r < userWeights.length; r++) {
        sums[at + r] += userWeights[r] * value;
      }
    }

    void expose(int model, int[] list) {
      if (exposed[model] == null) {
        exposed[model] = new long[catalogue.value().items()];
      }
      for (int j = 0; j < Math.min(ks[ks.length - 1], list.length); j++) {
        exposed[model][list[j]]++;
      }
    }

    /** Each item is noted for the shortest cut that shows it; {@link #emit} adds up. */
    void cover(int model, int[] list) {
      if (covered[model] == null) {
        covered[model] = new BitSet[ks.length];
        for (int i = 0; i < ks.length; i++) {
          covered[model][i] = new BitSet();
        }
      }
      for (int i = 0, j = 0; i < ks.length; i++) {
        for (; j < Math.min(ks[i], list.length); j++) {
          covered[model][i].set(list[j]);
        }
      }
    }

    void emit(String segment, List<Row> out) {
      out.add(part(segment, WEIGHTS, -1, weights));
      for (int m = 0; m < ofModels.length; m++) {
        if (ofModels[m] != null) {
          out.add(part(segment, SUMS, m, ofModels[m]));
        }
        if (exposed[m] != null) {
          out.add(part(segment, EXPOSED, m, exposed[m]));
        }
        for (int i = 0; covered[m] != null && i < ks.length; i++) {
          if (i > 0) {
            covered[m][i].or(covered[m][i - 1]);
          }
          out.add(part(segment, COVERED + i, m, covered[m][i].toLongArray()));
        }
      }
    }
  }
}
