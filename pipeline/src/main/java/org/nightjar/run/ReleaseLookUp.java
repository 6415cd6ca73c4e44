package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.ReleaseInfo;
import org.nightjar.publish.Releases;
import org.nightjar.report.HistoryData;
import org.nightjar.report.HistoryData.Answer;
import org.nightjar.report.HistoryData.Night;
import org.nightjar.report.HistoryData.OfRelease;
import org.nightjar.report.ReportData;
import org.nightjar.table.Fallback;
import org.nightjar.table.Metrics;
import org.nightjar.table.Recommendations;

/** Reads, across the releases of an output, how the nights went and what users and items got. */
public final class ReleaseLookUp {
  /** Releases that are asked for a user or an item, the newest ones. */
  private static final int MAX_ASKED = 30;

  private final SparkSession spark;
  private final Releases releases;

  /** Over the releases of an output. */
  public ReleaseLookUp(SparkSession spark, Releases releases) {
    this.spark = spark;
    this.releases = releases;
  }

  /** Every release, with nothing looked up. */
  public HistoryData history() {
    return new HistoryData(nights(), Optional.empty());
  }

  /** Every release, and the lists that they give a user. */
  public HistoryData user(String id) {
    List<OfRelease> answers = new ArrayList<>();
    for (Manifest release : newest()) {
      answers.add(ofUser(release, id));
    }
    return new HistoryData(nights(), Optional.of(new Answer("user", id, answers)));
  }

  /** Every release, and what they say about an item. */
  public HistoryData item(String id) {
    List<OfRelease> answers = new ArrayList<>();
    for (Manifest release : newest()) {
      answers.add(ofItem(release, id));
    }
    return new HistoryData(nights(), Optional.of(new Answer("item", id, answers)));
  }

  private List<Manifest> newest() {
    List<ReleaseInfo> all = releases.list();
    List<Manifest> newest = new ArrayList<>();
    all.subList(Math.max(0, all.size() - MAX_ASKED), all.size())
        .forEach(release -> newest.add(0, releases.manifest(release.runId())));
    return newest;
  }

  private OfRelease ofUser(Manifest release, String id) {
    ReleaseReport report = ReleaseReport.over(spark, releases, release);
    List<ReportData.ExampleRow> rows = report.lists().of(id);
    return new OfRelease(
        release.runId(),
        rows.isEmpty() ? "No row; readers take the fallback table." : rows.size() + " items",
        rows);
  }

  private OfRelease ofItem(Manifest release, String id) {
    ReleaseReport report = ReleaseReport.over(spark, releases, release);
    long lists =
        report
            .table(Recommendations.TABLE)
            .map(rows -> rows.where(col(Recommendations.ITEM_ID).equalTo(id)))
            .map(rows -> rows.agg(count(lit(1))).first().getLong(0))
            .orElse(0L);
    return new OfRelease(
        release.runId(), String.format("Stands in %,d lists", lists), report.lists().similarTo(id));
  }

  private List<Night> nights() {
    List<ReleaseInfo> all = releases.list();
    List<Night> nights = new ArrayList<>();
    for (ReleaseInfo info : all) {
      Manifest release = releases.manifest(info.runId());
      List<String> reasons = new ArrayList<>(release.verdict().reasons());
      reasons.addAll(release.verdict().warnings());
      nights.add(
          new Night(
              info.runId(),
              release.cutoff(),
              info.current(),
              release.verdict().passed(),
              reasons,
              release.stageSeconds().values().stream().mapToDouble(seconds -> seconds).sum(),
              counts(release),
              metrics(release)));
    }
    return nights;
  }

  private static Map<String, Long> counts(Manifest release) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("events", release.counts().events());
    counts.put("users", release.counts().users());
    counts.put("items", release.counts().items());
    counts.put("list rows", release.recommendationRows());
    return counts;
  }

  /** Of the last way of ranking that was measured, at the shortest of the longest lists. */
  private Map<String, Double> metrics(Manifest release) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    ReleaseReport.over(spark, releases, release)
        .table(Metrics.TABLE)
        .map(rows -> rows.where(col(Metrics.SEGMENT).equalTo(Fallback.EVERYONE)))
        .map(ReleaseReport::figures)
        .ifPresent(
            figures ->
                ReportData.headline(figures, 10)
                    .forEach(figure -> metrics.put(figure.metric(), figure.value())));
    return metrics;
  }
}
