package org.nightjar.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nightjar.report.ReportData.Trial;
import org.nightjar.report.Sheet.Cell;

/** What the search found that the settings of the models come from. */
final class TuningView {
  private TuningView() {}

  /**
   * How the best figure rose with the trials, then a line per model; empty without trials. Only
   * trials that all held-out users judged are compared.
   */
  static List<Sheet> of(List<Trial> trials) {
    if (trials.isEmpty()) {
      return List.of();
    }
    Map<String, List<Trial>> byModel =
        trials.stream()
            .sorted(Comparator.comparingInt(Trial::number))
            .collect(Collectors.groupingBy(Trial::model, LinkedHashMap::new, Collectors.toList()));
    List<Sheet> sheets = new ArrayList<>();
    Sheet.Draft rises =
        new Sheet.Draft(
                "trials",
                "Tuning: the best MAP so far",
                Sheet.words("Model"),
                Sheet.words("Settings"),
                Sheet.number("Trial"),
                Sheet.number("Best MAP so far"),
                Sheet.number("MAP"))
            .note(
                "On held-out users inside the training data. Trial 0 is as configured; settings that"
                    + " too few users liked to go on with are left out.")
            .chart("curve");
    Sheet.Draft models =
        new Sheet.Draft(
            "tuned",
            "Tuning: what was found",
            Sheet.words("Model"),
            Sheet.words("Changed settings"),
            Sheet.words("Use"),
            Sheet.number("Settings tried"),
            Sheet.number("MAP as configured"),
            Sheet.number("Best MAP"),
            Sheet.number("Users"),
            Sheet.number("Minutes"));
    byModel.forEach(
        (model, its) -> {
          List<Trial> judged = judgedByAll(its);
          double best = Double.NEGATIVE_INFINITY;
          for (Trial trial : judged) {
            best = Math.max(best, trial.map());
            rises.line(
                model,
                Cell.text(trial.settings()),
                number(trial.number()),
                map(best),
                map(trial.map()));
          }
          models.line(model, line(its, judged));
        });
    if (!rises.isEmpty()) {
      sheets.add(rises.sheet());
    }
    sheets.add(models.sheet());
    return sheets;
  }

  private static List<Trial> judgedByAll(List<Trial> trials) {
    int last = trials.stream().mapToInt(Trial::rung).max().orElse(0);
    return trials.stream().filter(trial -> trial.rung() == last && trial.map() != null).toList();
  }

  private static Cell[] line(List<Trial> trials, List<Trial> judged) {
    Trial best = judged.stream().max(Comparator.comparingDouble(Trial::map)).orElse(null);
    Trial configured = judged.stream().filter(it -> it.number() == 0).findFirst().orElse(null);
    Trial taken = trials.stream().filter(Trial::taken).findFirst().orElse(null);
    return new Cell[] {
      Cell.text(taken == null ? "none" : taken.settings()),
      taken == null ? Cell.chip("as configured", "plain") : Cell.chip("taken", "good"),
      Cell.count((double) trials.stream().mapToInt(Trial::number).distinct().count()),
      configured == null ? Cell.none() : map(configured.map()),
      best == null ? Cell.none() : map(best.map()),
      best == null ? Cell.none() : Cell.count((double) best.users()),
      Cell.count(trials.stream().mapToDouble(Trial::seconds).sum() / 60)
    };
  }

  private static Cell number(int trial) {
    return Cell.figure(Integer.toString(trial), trial);
  }

  private static Cell map(double value) {
    return Cell.figure(Text.metric(value), value);
  }
}
