package org.nightjar.evaluate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nightjar.table.Metrics;

/**
 * Turns all partitions' {@link SegmentSums} of one segment into figures: rows of {@link
 * Metrics#TABLE}, and for {@code all} the numbers of users left out, under the metrics {@link
 * #WITHOUT_TRUTH} and {@link #WITHOUT_LIST} with k = 0.
 */
record SegmentFigures(
    String runId, List<String> models, List<Integer> ks, long catalogueItems, Bootstrap bootstrap)
    implements FlatMapGroupsFunction<String, Row, Row> {
  static final String WITHOUT_TRUTH = "users_without_truth";
  static final String WITHOUT_LIST = "users_without_list";

  @Override
  public Iterator<Row> call(String segment, Iterator<Row> parts) {
    long[] weights = new long[bootstrap.columns()];
    int width = SegmentSums.labels().size() * ks.size() * bootstrap.columns();
    long[][] sums = new long[models.size()][width];
    BitSet[][] covered = new BitSet[models.size()][ks.size()];
    for (BitSet[] ofModel : covered) {
      for (int i = 0; i < ks.size(); i++) {
        ofModel[i] = new BitSet();
      }
    }
    long[][] exposed = new long[models.size()][];
    long[] leftOut = new long[models.size() + 1];
    while (parts.hasNext()) {
      Row part = parts.next();
      int kind = part.getInt(1);
      int model = part.getInt(2);
      long[] words = Words.of(part.getAs(3));
      switch (kind) {
        case SegmentSums.WEIGHTS -> add(weights, words);
        case SegmentSums.SUMS -> add(sums[model], words);
        case SegmentSums.EXPOSED -> {
          exposed[model] = exposed[model] == null ? new long[words.length] : exposed[model];
          add(exposed[model], words);
        }
        case SegmentSums.LEFT_OUT -> leftOut[model + 1] += words[0];
        default -> covered[model][kind - SegmentSums.COVERED].or(BitSet.valueOf(words));
      }
    }
    List<Row> figures = new ArrayList<>();
    if (weights[0] > 0) {
      for (int m = 0; m < models.size(); m++) {
        figures(segment, m, sums[m], weights, covered[m], figures);
        if (exposed[m] != null) {
          double gini = Bootstrap.round(CatalogueMetric.gini(exposed[m]));
          int longest = ks.get(ks.size() - 1);
          figures.add(
              figure(models.get(m), segment, CatalogueMetric.GINI, longest, gini, weights[0]));
        }
      }
    }
    if (segment.equals(SegmentSums.ALL)) {
      figures.add(figure("", segment, WITHOUT_TRUTH, 0, (double) leftOut[0], weights[0]));
      for (int m = 0; m < models.size(); m++) {
        figures.add(
            figure(models.get(m), segment, WITHOUT_LIST, 0, (double) leftOut[m + 1], weights[0]));
      }
    }
    return figures.iterator();
  }

  private void figures(
      String segment, int m, long[] sums, long[] weights, BitSet[] covered, List<Row> figures) {
    int from = 0;
    for (String metric : SegmentSums.labels()) {
      for (int k : ks) {
        Bootstrap.Estimate mean = bootstrap.mean(sums, from, weights);
        figures.add(
            RowFactory.create(
                runId,
                models.get(m),
                segment,
                metric,
                k,
                mean.value(),
                mean.low(),
                mean.high(),
                weights[0]));
        from += bootstrap.columns();
      }
    }
    for (CatalogueMetric metric : CatalogueMetric.values()) {
      for (int i = 0; i < ks.size(); i++) {
        double value = Bootstrap.round(metric.of(covered[i].cardinality(), catalogueItems));
        figures.add(figure(models.get(m), segment, metric.label(), ks.get(i), value, weights[0]));
      }
    }
  }

  private Row figure(String model, String segment, String metric, int k, double value, long users) {
    return RowFactory.create(runId, model, segment, metric, k, value, null, null, users);
  }

  private static void add(long[] sums, long[] words) {
    for (int i = 0; i < words.length; i++) {
      sums[i] += words[i];
    }
  }
}
