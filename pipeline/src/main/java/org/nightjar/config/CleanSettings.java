package org.nightjar.config;

import java.util.List;
import java.util.Map;
import org.nightjar.Require;
import org.nightjar.Setting;

/**
 * Cleaning rules and the failure budgets; the rules act in the order that the clean package states.
 */
public record CleanSettings(
    @Setting(
            value =
                "Texts that mean a missing id in every source: rows without a `user_id` or `item_id` are dropped (`missing-key`),"
                    + " a missing `order_id` or `session_id` is empty. Spelled exactly, letter case included; `[]` for none. NaN"
                    + " and infinity of number columns are never ids.",
            byDefault =
                "[NaN, nan, NAN, -nan, 'null', 'NULL', 'Null', None, none, NONE, <NA>, NA, N/A, n/a, '#N/A', NaT, undefined,"
                    + " (null), '\\N', inf, -inf, Inf, -Inf, Infinity, -Infinity]")
        List<String> missingKeys,
    @Setting(
            value =
                "What happens to a value that cannot be parsed: `drop` the row, or `null` the value (repaired). An unreadable"
                    + " `available` is false in any case, and the row kept. Keys and event times are always dropped.",
            byDefault = "null")
        Unparsable unparsable,
    @Setting(
            value =
                "Regular expressions; events and items whose whole item_id matches are no products.",
            byDefault = "[]")
        List<String> nonProducts,
    @Setting(
            value = "Earliest and latest event time; outside, the row is dropped.",
            byDefault = "{}")
        Window window,
    @Setting(
            value =
                "Which times can be true at all; placeholders and numbers in another unit lie outside.",
            byDefault = "{}")
        Plausible plausible,
    @Setting(
            value = "Permitted values by `table.column`, such as `events.quantity`.",
            byDefault = "{}")
        Map<String, Range> ranges,
    @Setting(value = "Duplicate rows and keys.", byDefault = "{}") Duplicates duplicates,
    @Setting(value = "Cancellations and returns, netted against their purchases.", byDefault = "{}")
        Returns returns,
    @Setting(value = "Statistical outliers by `table.column`.", byDefault = "{}")
        Map<String, Outliers> outliers,
    @Setting(
            value = "Events of users without a profile: `keep`, `drop` or `quarantine`.",
            byDefault = "keep")
        UnknownPolicy unknownUsers,
    @Setting(
            value =
                "Events of items that are not in the catalogue: `keep`, `drop` or `quarantine`.",
            byDefault = "keep")
        UnknownPolicy unknownItems,
    @Setting(
            value =
                "Users with more events than this on any UTC day are taken for scripts and their events quarantined; 0 turns"
                    + " the rule off.",
            byDefault = "0")
        long maxEventsPerUserDay,
    @Setting(value = "When a night is too bad to go on.", byDefault = "{}") Budgets budgets) {

  /** Fate of values that cannot be parsed. */
  public enum Unparsable {
    DROP,
    NULL
  }

  /** Fate of events whose user or item is unknown. */
  public enum UnknownPolicy {
    KEEP,
    DROP,
    QUARANTINE
  }

  /** Which of several rows with one key stays. */
  public enum Keep {
    FIRST,
    LAST,
    MOST_COMPLETE,
    MOST_FREQUENT
  }

  /** What happens to a value out of bounds. */
  public enum OutOfBounds {
    DROP,
    CAP,
    NULL
  }

  /** How outliers are told. */
  public enum OutlierMethod {
    IQR,
    ZSCORE
  }

  /** A span of event time. */
  public record Window(
      @Setting(value = "First permitted instant or date, inclusive.", byDefault = Setting.NONE)
          String from,
      @Setting(value = "Last permitted instant or date, exclusive.", byDefault = Setting.NONE)
          String to) {}

  /** Times that can be true. Fixed, since no stage looks at the clock to decide what data means. */
  public record Plausible(
      @Setting(
              value =
                  "Earliest plausible event, an instant or date, inclusive; events outside are quarantined (`implausible-time`).",
              byDefault = "1990-01-01")
          String from,
      @Setting(
              value =
                  "End of plausible times, exclusive. Other times than events' from then on are emptied (repaired), and an item"
                      + " launched then stays not launched.",
              byDefault = "2100-01-01")
          String to,
      @Setting(
              value =
                  "Earliest plausible value of timestamp attributes and of `items.launched_at`; what is before is emptied.",
              byDefault = "1800-01-01")
          String attributesFrom) {}

  /** Permitted values of a numeric column. */
  public record Range(
      @Setting(value = "Lowest permitted value.", byDefault = Setting.NONE) Double min,
      @Setting(value = "Highest permitted value.", byDefault = Setting.NONE) Double max,
      @Setting(value = "Whether `min` itself is out of range.", byDefault = "false")
          boolean minExclusive,
      @Setting(value = "`drop` the row, `cap` the value, or `null` it.", byDefault = "drop")
          OutOfBounds action) {
    public Range {
      Require.that(min != null || max != null, "neither min nor max is given");
      Require.that(min == null || max == null || min <= max, "min is %s but max is %s", min, max);
      Require.that(
          !minExclusive || action != OutOfBounds.CAP,
          "minExclusive and action: cap exclude each other");
    }
  }

  /** Duplicates. Which row stays is decided by content alone, never by read order. */
  public record Duplicates(
      @Setting(
              value = "Whether events equal in every mapped column are kept once.",
              byDefault = "true")
          boolean exactEvents,
      @Setting(
              value =
                  "Canonical columns that identify an event, such as [order_id, item_id]; empty: none.",
              byDefault = "[]")
          List<String> eventKey,
      @Setting(
              value =
                  "Which user row stays: `first` or `last` in value order, `most-complete`, `most-frequent`.",
              byDefault = "most-complete")
          Keep users,
      @Setting(value = "Which item row stays.", byDefault = "most-frequent") Keep items) {}

  /** Returns: an event is one if any of the two conditions holds. */
  public record Returns(
      @Setting(
              value =
                  "Regular expression that an order_id matches as a whole when the order is a cancellation.",
              byDefault = Setting.NONE)
          String orderPattern,
      @Setting(value = "Whether a negative quantity is a return.", byDefault = "false")
          boolean negativeQuantity) {
    /** Whether the rule acts. */
    public boolean enabled() {
      return orderPattern != null || negativeQuantity;
    }
  }

  /** Outliers of a numeric column. */
  public record Outliers(
      @Setting(
              value =
                  "`iqr` (outside quartiles ± factor · IQR) or `zscore` (more than factor deviations).",
              byDefault = "iqr")
          OutlierMethod method,
      @Setting(value = "The factor.", byDefault = "3") double factor,
      @Setting(
              value = "`drop` the row, `cap` the value at the bound, or `null` it.",
              byDefault = "cap")
          OutOfBounds action) {
    public Outliers {
      Require.that(factor > 0, "factor is %s but must be > 0", factor);
    }
  }

  /** Failure budgets: beyond them the night stops before training, exit code 2. */
  public record Budgets(
      @Setting(
              value =
                  "Largest share of a source's rows that may be dropped or quarantined, 0 to 1. Rows after the cutoff, further rows"
                      + " of a key and, in lists (`requested`, `denied`, `consent`, `test`), unknown ids do not count.",
              byDefault = "0.5")
          double maxRejectedShare,
      @Setting(
              value =
                  "The same for single sources, by name (`users`, `items`, an event source's name, `requested`, `denied`, `consent`,"
                      + " `test`).",
              byDefault = "{}")
          Map<String, Double> maxRejectedShareBySource,
      @Setting(value = "Fewest rows a source must have; lists may have fewer.", byDefault = "1")
          long minRows,
      @Setting(
              value =
                  "Smallest share of the last published run's row count that a source must have, 0 to 1; lists may have fewer.",
              byDefault = "0.5")
          double minShareOfLastRun,
      @Setting(
              value =
                  "Largest share of a source's kept rows in which one column may have been repaired because its value could not"
                      + " be read or was not permitted (`unparsable`, `out-of-range`, `implausible-time`), 0 to 1; beyond it the"
                      + " night stops. 1: never.",
              byDefault = "1")
          double maxRepairedShare,
      @Setting(
              value =
                  "The same for single columns, by source and column, such as `items.available`.",
              byDefault = "{}")
          Map<String, Double> maxRepairedShareByColumn,
      @Setting(
              value =
                  "Share of the same from which on the night and its report warn of a column, 0 to 1.",
              byDefault = "0.01")
          double warnRepairedShare) {
    public Budgets {
      Require.that(
          maxRejectedShare >= 0 && maxRejectedShare <= 1,
          "maxRejectedShare is %s but must be from 0 to 1",
          maxRejectedShare);
      Require.that(
          minShareOfLastRun >= 0 && minShareOfLastRun <= 1,
          "minShareOfLastRun is %s but must be from 0 to 1",
          minShareOfLastRun);
      Require.that(
          maxRepairedShare >= 0 && maxRepairedShare <= 1,
          "maxRepairedShare is %s but must be from 0 to 1",
          maxRepairedShare);
      Require.that(
          warnRepairedShare >= 0 && warnRepairedShare <= 1,
          "warnRepairedShare is %s but must be from 0 to 1",
          warnRepairedShare);
      Require.that(minRows >= 0, "minRows is %s but must be >= 0", minRows);
    }
  }

  public CleanSettings {
    Require.that(
        maxEventsPerUserDay >= 0,
        "maxEventsPerUserDay is %s but must be >= 0",
        maxEventsPerUserDay);
  }
}
