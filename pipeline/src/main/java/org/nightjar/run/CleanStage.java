package org.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaned;
import org.nightjar.clean.Cleaning;
import org.nightjar.config.CleanSettings;
import org.nightjar.config.EvaluationSettings;
import org.nightjar.config.RankSettings;
import org.nightjar.evaluate.Splits;
import org.nightjar.rank.Rules;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Events;
import org.nightjar.table.Users;

/**
 * Cleans the ingested tables, writes what is kept and what is not, and holds the night to its
 * failure budgets.
 */
final class CleanStage implements Stage {
  private static final String FOLDER = "clean";
  private static final String HELD = "held";
  private static final String UNAVAILABLE = "unavailable";
  private static final String NOT_LAUNCHED = "not_launched";
  private static final int RECENT_DAYS = 7;

  @Override
  public String name() {
    return "clean";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Workspace workspace = context.workspace();
    Cleaned cleaned =
        Cleaning.apply(
            context.spark(),
            IngestStage.load(context),
            context.configuration(),
            Optional.empty(),
            (name, rows) -> workspace.write(rows, HELD, name));
    List<Row> counts = workspace.write(cleaned.counts(), FOLDER, "counts").collectAsList();
    for (Row row : counts) {
      context
          .sourceRows()
          .computeIfAbsent(row.getAs(CleanCounts.SOURCE), s -> new LinkedHashMap<>())
          .merge(
              row.getAs(CleanCounts.RULE) + " " + row.getAs(CleanCounts.ACTION),
              row.getAs(CleanCounts.ROWS),
              Long::sum);
    }
    context.warnings().addAll(Cleaning.warnings(counts));
    long rejects = workspace.writeCounting(cleaned.rejects(), FOLDER, "rejects");
    CleanSettings.Budgets budgets = context.configuration().clean().budgets();
    List<String> broken =
        new ArrayList<>(Cleaning.checkBudgets(counts, budgets, context.lastRowsRead()));
    broken.addAll(Cleaning.checkRepaired(cleaned.repaired(), budgets));
    FutureEvents.problem(cleaned, context).ifPresent(broken::add);
    if (!broken.isEmpty()) {
      throw new InputException(broken);
    }
    context.warnings().addAll(Cleaning.warnOfRepaired(cleaned.repaired(), budgets));
    long users = workspace.writeCounting(cleaned.users(), FOLDER, "users");
    Map<String, Object> served = Workspace.figures(cleaned.served());
    long requested = (Long) served.get(Users.REQUESTED);
    Observation barred = new Observation();
    Column available = Rules.available();
    long items =
        workspace.writeCounting(
            cleaned
                .items()
                .observe(
                    barred,
                    count_if(not(available)).as(UNAVAILABLE),
                    count_if(available.and(not(Rules.launchedBefore(cleaned.cutoff()))))
                        .as(NOT_LAUNCHED)),
            FOLDER,
            "items");
    long unavailable = (Long) Workspace.figures(barred).get(UNAVAILABLE);
    long notLaunched = (Long) Workspace.figures(barred).get(NOT_LAUNCHED);
    Feasibility.requireItems(context, cleaned.cutoff(), items, unavailable, notLaunched);
    context.serving(requested, items - unavailable - notLaunched);
    requireMemory(context, users, items);
    long events = workspace.writeCounting(cleaned.events(), FOLDER, "events");
    Feasibility.requireUsers(context, requested, (Long) served.get(Cleaned.UNKNOWN));
    if (cleaned.denied() != null) {
      Feasibility.denials(context, workspace.writeCounting(cleaned.denied(), FOLDER, "denied"));
    }
    if (cleaned.test() != null) {
      new TestTable(context, cleaned.test()).write(items);
    }
    workspace.delete(HELD);
    Column isRecent =
        col(Events.EVENT_AT).geq(lit(cleaned.cutoff().minus(RECENT_DAYS, ChronoUnit.DAYS)));
    context.cleaned(
        cleaned.cutoff(), users, items, events, context.cleaned("events").where(isRecent).count());
    if (context.options().publish()) {
      workspace.write(InputProfiling.of(context), FOLDER, "profile");
    }
    if (!cleaned.timesTell()) {
      context.withoutTimes();
      context.warnings().add(noTellingTimes(context, cleaned, events));
    }
    Map<String, Long> shown = new LinkedHashMap<>();
    shown.put("users", users);
    shown.put("items", items);
    shown.put("events", events);
    shown.put("rejects", rejects);
    return shown;
  }

  private static String noTellingTimes(RunContext context, Cleaned cleaned, long events) {
    EvaluationSettings.Split configured = context.configuration().evaluation().split();
    String held =
        configured.equals(context.split())
            ? ""
            : String.format(
                Locale.ROOT,
                " A share of %s of the pairs of user and item is held out by hash, as by"
                    + " evaluation.split.type random, since '%s' needs times; nothing held out was"
                    + " bought before%s.",
                configured.share(),
                Splits.label(configured),
                context.configuration().rank().repeat().policy()
                        == RankSettings.RepeatPolicy.EXCLUDE
                    ? ""
                    : ", so metrics and blend weights punish repeats unless rank.repeat.policy is"
                        + " exclude");
    String equalRows =
        context.configuration().clean().duplicates().exactEvents()
            ? " Rows that are equal in every column count once, also those of repeated purchases"
                + " (clean.duplicates.exactEvents)."
            : "";
    return String.format(
        Locale.ROOT,
        "The events have no telling times: %s. So there are no features of recency, and old events"
            + " do not fade.%s%s If the source has times of its events, map them to"
            + " sources.events.columns.event_at.",
        cleaned
            .lastEventAt()
            .map(at -> String.format(Locale.ROOT, "all %,d are at %s", events, at))
            .orElse("no source maps event_at"),
        equalRows,
        held);
  }

  /** What is known of the catalogue now is exact, and nothing long has been done yet. */
  private static void requireMemory(RunContext context, long users, long items) {
    List<String> problems =
        Planning.memoryProblems(
            context.spark(),
            context.configuration(),
            new Plan.Volume(users, users, items, 0, "counted"));
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }
}
