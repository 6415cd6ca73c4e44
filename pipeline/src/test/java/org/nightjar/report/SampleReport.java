package org.nightjar.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.nightjar.report.ReportData.ExampleList;
import org.nightjar.report.ReportData.ExampleRow;
import org.nightjar.report.ReportData.Fact;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.report.ReportData.Rejected;
import org.nightjar.report.ReportData.StageTime;
import org.nightjar.report.ReportData.Volume;

/** A report with every part filled. */
final class SampleReport {
  private SampleReport() {}

  static ReportData passed() {
    return of("sample", true, lists("Sparkling water 12 × 330 ml", "beverages › water"));
  }

  static ReportData refused() {
    return of("sample", false, List.of());
  }

  static ReportData of(String name, boolean passed, List<ExampleList> lists) {
    return new ReportData(
        name,
        "20171201T020000Z-3f9c2a",
        Instant.parse("2017-12-01T00:00:00Z"),
        Instant.parse("2017-12-01T02:00:00Z"),
        Instant.parse("2017-12-01T02:01:12Z"),
        passed,
        passed
            ? List.of()
            : List.of("Table 'recommendations': 3 users have an item twice, first user index 17."),
        List.of("BLAS in use is the slow fallback; start with --add-modules=jdk.incubator.vector."),
        List.of(
            new StageTime("ingest", 4.2),
            new StageTime("clean", 9.7),
            new StageTime("features", 11.3),
            new StageTime("models", 28.4),
            new StageTime("rank", 9.9),
            new StageTime("evaluate", 6.1),
            new StageTime("publish", 2.1),
            new StageTime("report", 0.31)),
        List.of(
            new Volume("users", 801, 801),
            new Volume("items", 12_034, 11_987),
            new Volume("transactions", 248_391, 241_002)),
        List.of(
            new Fact("Users with a list", "2,469", "12 from the fallback"),
            new Fact("Rows published", "24,690"),
            new Fact("Items in lists", "3,214", "of 11,987"),
            new Fact("Run time", "1 min 12 s")),
        List.of(
            new Rejected("transactions", "exact-duplicate", "dropped", 5_310),
            new Rejected("transactions", "returns", "mended", 1_922),
            new Rejected("transactions", "bots", "quarantined", 157),
            new Rejected("items", "key-duplicate", "dropped", 47)),
        figures(),
        10,
        List.of(
            new Fact("Catalogue coverage", "26.8 %", "distinct items in all lists"),
            new Fact("Share of new items", "31.4 %", "not bought before by the user"),
            new Fact("Identical lists", "0.2 %")),
        lists,
        List.of(
            new Fact("Nightjar", "0.1.0"),
            new Fact("Spark", "4.1.0", "Scala 2.13.17, Hadoop 3.4.2"),
            new Fact("Java", "17.0.15"),
            new Fact("BLAS", "dev.ludovic.netlib.blas.VectorBLAS"),
            new Fact("Seed", "42"),
            new Fact(
                "transactions",
                "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")),
        "name: sample\nsources:\n  users:\n    path: data-samples/users.csv # <not> a tag\n",
        "scripts/nightjar run --conf conf/sample.yaml --as-of 2017-12-01T00:00:00Z");
  }

  static List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    String[] models = {"blend", "popularity", "demographic", "repeat", "als"};
    double[] strength = {0.231, 0.071, 0.083, 0.212, 0.164};
    String[] segments = {
      "all",
      "history=warm",
      "history=cold",
      "activity=light",
      "activity=heavy",
      "age=19-24",
      "age=25-34",
      "age=35-44",
      "truth=new",
      "truth=repeat"
    };
    for (int model = 0; model < models.length; model++) {
      for (int s = 0; s < segments.length; s++) {
        for (int k : new int[] {5, 10, 20}) {
          double map = strength[model] * (1 - 0.05 * s) * (k == 5 ? 1.1 : k == 10 ? 1 : 0.9);
          add(figures, models[model], segments[s], "map", k, map);
          add(figures, models[model], segments[s], "f1", k, map * 0.78);
          add(figures, models[model], segments[s], "ndcg", k, map * 1.4);
          add(figures, models[model], segments[s], "recall", k, map * 0.9);
          add(figures, models[model], segments[s], "hit_rate", k, map * 2.6);
        }
      }
      figures.add(new Figure(models[model], "all", "coverage", 10, 0.21, null, null, 2112));
    }
    return figures;
  }

  private static void add(
      List<Figure> figures, String model, String segment, String metric, int k, double value) {
    long users = segment.equals("all") ? 2112 : 300;
    double half = segment.equals("all") ? 0.012 : 0.03;
    figures.add(
        new Figure(
            model, segment, metric, k, value, Math.max(0, value - half), value + half, users));
  }

  static List<ExampleList> lists(String item, String detail) {
    List<ExampleList> lists = new ArrayList<>();
    String[] profiles = {"heavy · 45-54 · 3 people", "light · 25-34", "cold · 19-24 · 1 person"};
    for (int user = 0; user < profiles.length; user++) {
      List<ExampleRow> rows = new ArrayList<>();
      rows.add(new ExampleRow(1, item, detail, "repeat", "you often buy this"));
      rows.add(
          new ExampleRow(
              2, "Bananas", "fruit", "als", "because you bought Greek yoghurt and oat flakes"));
      rows.add(
          new ExampleRow(
              3, "Whole milk 1 l", "dairy", "demographic", "popular with households like yours"));
      rows.add(new ExampleRow(4, "0000481", "", "popularity", "popular now"));
      lists.add(new ExampleList("User " + (char) ('A' + user), profiles[user], rows));
    }
    return lists;
  }
}
