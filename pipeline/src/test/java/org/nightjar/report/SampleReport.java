package org.nightjar.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nightjar.report.ReportData.Because;
import org.nightjar.report.ReportData.Check;
import org.nightjar.report.ReportData.Choice;
import org.nightjar.report.ReportData.ExampleList;
import org.nightjar.report.ReportData.ExampleRow;
import org.nightjar.report.ReportData.Fact;
import org.nightjar.report.ReportData.Figure;
import org.nightjar.report.ReportData.Reject;
import org.nightjar.report.ReportData.SimilarItem;
import org.nightjar.report.ReportData.SimilarList;
import org.nightjar.report.ReportData.Size;
import org.nightjar.report.ReportData.StageTime;
import org.nightjar.report.ReportData.Trial;
import org.nightjar.report.ReportData.Volume;
import org.nightjar.table.Summaries;
import org.nightjar.table.Summaries.Section;

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
    return of(name, passed, lists, summaries("35-44"));
  }

  static ReportData of(
      String name, boolean passed, List<ExampleList> lists, List<Summaries.Figure> summaries) {
    return new ReportData(
        name,
        "20171201T020000Z-3f9c2a",
        Instant.parse("2017-12-01T00:00:00Z"),
        Instant.parse("2017-12-01T02:00:00Z"),
        Instant.parse("2017-12-01T02:01:12Z"),
        passed,
        passed
            ? List.of()
            : List.of(
                new Check(
                    "",
                    "refused",
                    "",
                    "",
                    "Table 'recommendations': 3 users have an item twice, first user index 17.")),
        List.of("BLAS in use is the slow fallback; start with --add-modules=jdk.incubator.vector."),
        List.of(
            new StageTime("ingest", 4.2, 4.0),
            new StageTime("clean", 9.7, 9.1),
            new StageTime("models", 28.4, 31.0),
            new StageTime("report", 0.31, null)),
        List.of(
            new Volume("users", 801, 801, 801L),
            new Volume("items", 12_034, 11_987, null),
            new Volume("transactions", 248_391, 241_002, 240_000L)),
        List.of(
            new Size("users", 2_469, 2_470L), new Size("rows of recommendations", 24_690, null)),
        "20171130T020000Z-aaaaaa",
        figures(),
        figures(),
        10,
        Map.of("light", Map.of("als", 0.25, "repeat", 0.75)),
        List.of(new Choice("light", true, 500, 0.01, 0.002, 0.018)),
        List.of(
            new Trial("als", 0, 0, "{}", 0.11, 1000, 60, false),
            new Trial("als", 0, 1, "{}", 0.10, 3000, 30, false),
            new Trial("als", 1, 0, "{\"rank\":32}", 0.02, 1000, 60, false),
            new Trial("als", 2, 0, "{\"rank\":64}", 0.14, 1000, 90, false),
            new Trial("als", 2, 1, "{\"rank\":64}", 0.13, 3000, 60, true)),
        summaries,
        List.of(
            new Reject(
                "transactions",
                "out-of-range",
                "dropped",
                "amount is 0.0, permitted: > 0.0",
                "household: 3f9c2a1b0d\namount: 0.0")),
        lists,
        List.of(
            new SimilarList(
                "Bananas", "fruit", 312, List.of(new SimilarItem("Whole milk 1 l", 0.8125)))),
        List.of(
            new Fact("Nightjar", "0.1.0"),
            new Fact("Spark", "4.1.0", "Scala 2.13.17, Hadoop 3.4.2"),
            new Fact("BLAS", "dev.ludovic.netlib.blas.VectorBLAS"),
            new Fact("Seed", "42")),
        "name: sample\nsources:\n  users:\n    path: data-samples/users.csv # <not> a tag\n",
        "scripts/nightjar run --conf conf/sample.yaml --as-of 2017-12-01T00:00:00Z");
  }

  /** A picture of every kind. */
  static List<Summaries.Figure> summaries(String level) {
    List<Summaries.Figure> figures = new ArrayList<>();
    figures.add(figure(Section.CLEANING, "transactions", "", "read", "read", 0, "", 248_391));
    figures.add(
        figure(Section.CLEANING, "transactions", "", "dropped", "exact-duplicate", 0, "", 5_310));
    figures.add(figure(Section.MISSING, "users", "", "rows", "", 0, "age", 801));
    figures.add(figure(Section.MISSING, "users", "", "missing", "", 0, "age", 17));
    for (int day = 0; day < 5; day++) {
      figures.add(
          figure(
              Section.VOLUME,
              "events",
              "day",
              "events",
              "purchase",
              day,
              "2017-11-0" + (day + 1),
              100 + day));
    }
    figures.add(figure(Section.DRIFT, "users.age", "", "psi", "", 0, "", 0.31));
    figures.add(figure(Section.DRIFT, "users.age", "", "new_level", "", 0, level, 12));
    figures.add(
        figure(Section.DISTRIBUTION, "users.age", "", "users", Section.LEVEL, 0, level, 400));
    figures.add(
        figure(Section.DISTRIBUTION, "users.age", "", "users", Section.UNKNOWN, 1, "unknown", 17));
    figures.add(
        new Summaries.Figure(
            Section.DISTRIBUTION,
            "events.amount",
            "",
            "rows",
            Section.BIN,
            0,
            "1 – 2",
            1.0,
            2.0,
            7));
    figures.add(
        new Summaries.Figure(
            Section.DISTRIBUTION,
            "events.amount",
            "",
            "rows",
            Section.BIN,
            1,
            "2 – 5",
            2.0,
            5.0,
            9));
    figures.add(figure(Section.CLOCK, "events", "", "events", "Mon", 9, "09", 33));
    figures.add(figure(Section.RETENTION, "30 days", "", "users", "2017-01-01", 0, "0", 50));
    figures.add(figure(Section.RETENTION, "30 days", "", "users", "2017-01-01", 1, "1", 25));
    figures.add(figure(Section.PAIR, "users.age", "users.income", "users", level, 0, level, 41));
    figures.add(
        figure(Section.TASTE, "users.age", "items.category", "pairs", level, 0, "DAIRY", 61));
    String[] test = {"statistic", "degrees", "p_value", "effect", "users"};
    double[] values = {12.5, 3, 0.0059, 0.125, 800};
    for (int at = 0; at < test.length; at++) {
      figures.add(
          figure(
              Section.ASSOCIATION,
              "users.age",
              "users.income",
              test[at],
              "chi_square",
              at,
              "",
              values[at]));
    }
    figures.add(
        new Summaries.Figure(
            Section.COMPARISON,
            "published",
            "als",
            "difference",
            "model",
            0,
            "map",
            -0.01,
            0.0725,
            0.0315));
    figures.add(figure(Section.COMPARISON, "published", "als", "value", "model", 1, "map", 0.2315));
    figures.add(figure(Section.COMPARISON, "published", "als", "other", "model", 2, "map", 0.2005));
    figures.add(figure(Section.COMPARISON, "published", "als", "users", "model", 3, "map", 1987));
    figures.add(figure(Section.TAIL, "events", "", "share", "", 0, "1", 0.25));
    figures.add(figure(Section.TAIL, "lists", "", "share", "", 0, "1", 0.5));
    figures.add(figure(Section.CONTRIBUTION, "lists", "", "rows", "als", 1, "1", 600));
    figures.add(figure(Section.RANKER, "learned", "", "gain", "", 0, level, 12.5));
    return figures;
  }

  private static Summaries.Figure figure(
      String section,
      String subject,
      String against,
      String measure,
      String series,
      int position,
      String label,
      double value) {
    return Summaries.Figure.of(section, subject, against, measure, series, position, label, value);
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
      add(figures, models[model], "all", "precision", 5, 0.3);
      add(figures, models[model], "all", "precision", 10, 0.2);
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
              2,
              "Bananas",
              "fruit",
              "als",
              "because you bought Greek yoghurt and oat flakes",
              0.5,
              List.of(
                  new Because("had", item, 0.25, false),
                  new Because("had", "Oat flakes", 0.125, false))));
      rows.add(
          new ExampleRow(
              3, "Whole milk 1 l", "dairy", "demographic", "popular with households like yours"));
      rows.add(new ExampleRow(4, "0000481", "", "popularity", "popular now"));
      lists.add(new ExampleList("User " + (char) ('A' + user), profiles[user], rows));
    }
    return lists;
  }
}
