package org.nightjar.clean;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.nightjar.clean.Rules.Tables;
import org.nightjar.config.CleanSettings.Budgets;
import org.nightjar.config.Sources;
import org.nightjar.table.CleanCounts;
import org.nightjar.table.Rejects;

/** Whether the night is too bad to go on. */
final class FailureBudgets {
  private FailureBudgets() {}

  /** What one source lost. */
  private static final class Tally {
    private long read;
    private long rejected;
    private long setAside;
    private final Map<String, Long> rules = new TreeMap<>();

    private void add(String source, String rule, String action, long rows) {
      if (action.equals(CleanCounts.READ)) {
        read = rows;
      } else if (action.equals(Rejects.DROPPED) || action.equals(Rejects.QUARANTINED)) {
        if (isLoss(source, rule)) {
          rejected += rows;
          rules.merge(rule, rows, Long::sum);
        } else {
          setAside += rows;
        }
      }
    }

    private String reasons() {
      return rules.entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .map(e -> e.getKey() + " " + e.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * Later events are set aside on purpose; a key's further rows say nothing against its source, nor
   * do the unknown ids of a list: it outlives the users and items that it names.
   */
  private static boolean isLoss(String source, String rule) {
    boolean keyed = source.equals(Tables.USERS) || source.equals(Tables.ITEMS) || isList(source);
    boolean unknown = rule.equals(UnknownId.USER) || rule.equals(UnknownId.ITEM);
    return !rule.equals(OutsideWindow.AFTER_CUTOFF)
        && !(rule.equals(DuplicateKey.NAME) && keyed)
        && !(unknown && isList(source));
  }

  private static boolean isList(String source) {
    return Sources.LISTS.contains(source);
  }

  static List<String> problems(
      List<Row> counts, Budgets budgets, Map<String, Long> lastRunRowsRead) {
    Map<String, Tally> tallies = new TreeMap<>();
    for (Row row : counts) {
      String source = row.getAs(CleanCounts.SOURCE);
      tallies
          .computeIfAbsent(source, s -> new Tally())
          .add(
              source,
              row.getAs(CleanCounts.RULE),
              row.getAs(CleanCounts.ACTION),
              row.<Long>getAs(CleanCounts.ROWS));
    }
    List<String> problems = new ArrayList<>();
    tallies.forEach(
        (source, tally) -> {
          long judged = tally.read - tally.setAside;
          boolean own = budgets.maxRejectedShareBySource().containsKey(source);
          double share =
              own ? budgets.maxRejectedShareBySource().get(source) : budgets.maxRejectedShare();
          if (judged > 0 && tally.rejected > share * judged) {
            problems.add(
                String.format(
                    Locale.ROOT,
                    "Source '%s' lost %d of %d rows (%.1f %%) to cleaning (%s), permitted are %.1f %%."
                        + " Mend the source, or raise clean.budgets.%s.",
                    source,
                    tally.rejected,
                    judged,
                    100.0 * tally.rejected / judged,
                    tally.reasons(),
                    100 * share,
                    own || isList(source)
                        ? "maxRejectedShareBySource." + source
                        : "maxRejectedShare"));
          }
          if (isList(source)) {
            return;
          }
          if (tally.read < budgets.minRows()) {
            problems.add(
                String.format(
                    Locale.ROOT,
                    "Source '%s' has %d rows, needed are %d. Check the source, or lower"
                        + " clean.budgets.minRows.",
                    source,
                    tally.read,
                    budgets.minRows()));
          }
          long last = lastRunRowsRead.getOrDefault(source, 0L);
          if (tally.read < budgets.minShareOfLastRun() * last) {
            problems.add(
                String.format(
                    Locale.ROOT,
                    "Source '%s' has %d rows, the last run read %d, so only %.1f %% of that; needed are"
                        + " %.1f %%. Check that the source is complete, or lower"
                        + " clean.budgets.minShareOfLastRun.",
                    source,
                    tally.read,
                    last,
                    100.0 * tally.read / last,
                    100 * budgets.minShareOfLastRun()));
          }
        });
    return problems;
  }
}
