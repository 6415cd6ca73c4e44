package org.nightjar.clean;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.nightjar.config.CleanSettings.Budgets;
import org.nightjar.table.Items;

/**
 * One column of a source, and in how many kept rows its value was lost because it could not be
 * used.
 *
 * @param source name of the source
 * @param column the canonical column
 * @param rows kept rows of which a value of the column was repaired by one of {@link #RULES}
 * @param kept all kept rows of the source
 * @param example what was wrong with one of them; empty where the rows are people's
 */
public record Repaired(String source, String column, long rows, long kept, String example) {
  /** Rules that take a value away; the others spell, complete or net values by intention. */
  static final Set<String> RULES =
      Set.of(UnparsableValue.NAME, OutOfRange.NAME, ImplausibleTime.NAME);

  /** {@code items.available}. */
  String name() {
    return source + "." + column;
  }

  private double share() {
    return kept == 0 ? 0 : (double) rows / kept;
  }

  private String told() {
    return String.format(
        Locale.ROOT,
        "%s: %d of %d rows (%.1f %%) have a value that cannot be used%s; %s.",
        name(),
        rows,
        kept,
        100 * share(),
        example.isEmpty() ? "" : ", for example " + example,
        column.equals(Items.AVAILABLE) ? "they count as unavailable" : "they count as repaired");
  }

  private String remedy() {
    return column.equals(Items.AVAILABLE)
        ? " Say what such codes mean by sources.items.columns.available.values."
        : " Correct the source, or its mapping (format, decimal, values) and clean.ranges.";
  }

  /** Warnings of the columns beyond {@code clean.budgets.warnRepairedShare}. */
  static List<String> warnings(List<Repaired> columns, Budgets budgets) {
    return columns.stream()
        .filter(column -> column.share() >= budgets.warnRepairedShare())
        .map(column -> column.told() + column.remedy())
        .toList();
  }

  /** Why the night stops; empty when no column is beyond its budget. */
  static List<String> problems(List<Repaired> columns, Budgets budgets) {
    return columns.stream()
        .filter(column -> column.share() > column.budget(budgets))
        .map(
            column ->
                column.told()
                    + String.format(
                        Locale.ROOT, " Permitted are %.1f %%.", 100 * column.budget(budgets))
                    + column.remedy()
                    + " Or raise clean.budgets."
                    + (budgets.maxRepairedShareByColumn().containsKey(column.name())
                        ? "maxRepairedShareByColumn." + column.name()
                        : "maxRepairedShare")
                    + ".")
        .toList();
  }

  private double budget(Budgets budgets) {
    return budgets.maxRepairedShareByColumn().getOrDefault(name(), budgets.maxRepairedShare());
  }
}
