package org.nightjar.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nightjar.config.GateSettings;
import org.nightjar.config.GateSettings.Level;
import org.nightjar.config.GateSettings.Rule;
import org.nightjar.config.Sources;

/**
 * Holds a release against the last one and against what is credible. Collects a {@link Finding} for
 * each rule that is broken; plain figures in, so that every rule can be tried on its own. Reasons
 * name columns, sources and models, never values or ids.
 */
public final class QualityGate {
  /** A volume must differ by so many standard deviations of a count to be more than chance. */
  private static final double DEVIATIONS = 3;

  private final GateSettings settings;
  private final FindingList findings;

  /** A gate without findings yet. */
  public QualityGate(GateSettings settings) {
    this.settings = settings;
    this.findings = new FindingList(settings);
  }

  /** The rules broken so far, in the order of judging. */
  public List<Finding> findings() {
    return findings.all();
  }

  /**
   * Two rankings on the same users: mean MAP of each, and the bootstrap interval of the mean
   * difference.
   *
   * @param low lower end; null without replicates
   * @param high upper end; null without replicates
   */
  public record Comparison(double value, double other, Double low, Double high, long users) {
    private boolean isWorse(double maxLoss) {
      return users > 0 && value < (1 - maxLoss) * other && (high == null || high < 0);
    }

    private boolean isBetter(double maxGain) {
      return users > 0 && value > (1 + maxGain) * other && (low == null || low > 0);
    }

    private double change() {
      return other == 0 ? 0 : value / other - 1;
    }
  }

  /** Tonight's lists against the last release's, on the users held out in both. */
  public void againstLast(Comparison figures) {
    if (figures.isWorse(settings.maxLoss())) {
      findings.add(
          Rule.WORSE_THAN_LAST,
          figures.change(),
          -settings.maxLoss(),
          "MAP is %.4f on the %d users held out in both releases, the last release reached %.4f:"
              + " %.1f %% less, permitted are %.1f %% (gate.maxLoss).",
          figures.value(),
          figures.users(),
          figures.other(),
          -100 * figures.change(),
          100 * settings.maxLoss());
    }
    if (figures.isBetter(settings.maxGain())) {
      findings.add(
          Rule.TOO_GOOD,
          figures.change(),
          settings.maxGain(),
          "MAP is %.4f on the %d users held out in both releases, the last release reached %.4f:"
              + " %.1f %% more, credible are %.1f %% (gate.maxGain). Look for events that tell of"
              + " the future.",
          figures.value(),
          figures.users(),
          figures.other(),
          100 * figures.change(),
          100 * settings.maxGain());
    }
  }

  /** The published ranking against the best of the single models, on the same users. */
  public void againstModel(String model, Comparison figures) {
    if (figures.isWorse(settings.maxLoss())) {
      findings.add(
          Rule.WORSE_THAN_MODELS,
          figures.change(),
          -settings.maxLoss(),
          "MAP is %.4f on %d held-out users, model '%s' alone reaches %.4f: %.1f %% less, permitted"
              + " are %.1f %% (gate.maxLoss).",
          figures.value(),
          figures.users(),
          model,
          figures.other(),
          -100 * figures.change(),
          100 * settings.maxLoss());
    }
  }

  /** MAP over all held-out users. */
  public void map(double map) {
    if (map > settings.maxMap()) {
      findings.add(
          Rule.TOO_GOOD,
          map,
          settings.maxMap(),
          "MAP is %.4f on the held-out users, credible are %.4f (gate.maxMap). Look for events that"
              + " tell of the future.",
          map,
          settings.maxMap());
    }
  }

  /** Share of users with history who get the commonest list. */
  public void identicalLists(double share) {
    if (share > settings.maxIdenticalLists()) {
      findings.add(
          Rule.IDENTICAL_LISTS,
          share,
          settings.maxIdenticalLists(),
          "%.1f %% of the users with history get the very same list, permitted are %.1f %%"
              + " (gate.maxIdenticalLists). If no model is meant to be personal, set"
              + " gate.levels.identical-lists to off.",
          100 * share,
          100 * settings.maxIdenticalLists());
    }
  }

  /** Tonight's lists against the last release's. */
  public void lists(ListFigures figures) {
    if (figures.itemsOfLast() < settings.minItemsOfLast()) {
      findings.add(
          Rule.FEW_ITEMS,
          figures.itemsOfLast(),
          settings.minItemsOfLast(),
          "The lists hold %d distinct items, those of the last release held %d: %.1f %% of that,"
              + " needed are %.1f %% (gate.minItemsOfLast).",
          figures.items(),
          figures.lastItems(),
          100 * figures.itemsOfLast(),
          100 * settings.minItemsOfLast());
    }
    if (figures.churn() > settings.maxChurn()) {
      findings.add(
          Rule.CHURN,
          figures.churn(),
          settings.maxChurn(),
          "%.1f %% of the rows of the %d users of both releases did not stand in the user's last"
              + " list, permitted are %.1f %% (gate.maxChurn).",
          100 * figures.churn(),
          figures.sharedUsers(),
          100 * settings.maxChurn());
    }
    if (figures.lostUsers() > settings.maxLostUsers()) {
      findings.add(
          Rule.LOST_USERS,
          figures.lostUsers(),
          settings.maxLostUsers(),
          "%d of the last release's %d users have no list any more: %.1f %%, permitted are %.1f %%"
              + " (gate.maxLostUsers).",
          figures.lastUsers() - figures.sharedUsers(),
          figures.lastUsers(),
          100 * figures.lostUsers(),
          100 * settings.maxLostUsers());
    }
  }

  /**
   * Rows read, by source, tonight and last time. A source that is there in one of the nights only
   * was configured, and is not judged. Of lists ({@link Sources#LISTS}) the finding is a warning at
   * most: a shop may allow, deny or ask for less than it did.
   */
  public void volumes(Map<String, Long> now, Map<String, Long> last) {
    now.forEach(
        (source, rows) -> {
          if (last.containsKey(source)) {
            Level level = settings.level(Rule.VOLUME);
            volume(
                Rule.VOLUME,
                Sources.LISTS.contains(source) && level == Level.REFUSE ? Level.WARN : level,
                "Source '"
                    + source
                    + "' has %d rows, last time it had %d: %s, permitted are %.1f"
                    + " %% (gate.maxVolumeChange).",
                rows,
                last.get(source),
                settings.maxVolumeChange());
          }
        });
  }

  /** Events of the last days before the cutoff, tonight and last time. */
  public void recentEvents(long now, long last) {
    volume(
        Rule.RECENT_EVENTS,
        settings.level(Rule.RECENT_EVENTS),
        "The seven days before the cutoff have %d events, last time they had %d: %s, permitted are"
            + " %.1f %% (gate.maxRecentChange).",
        now,
        last,
        settings.maxRecentChange());
  }

  private void volume(
      Rule rule, Level level, String message, long now, long last, double maxChange) {
    double change = (double) (now - last) / Math.max(1, Math.max(now, last));
    boolean isChance = Math.abs(now - last) <= DEVIATIONS * Math.sqrt((double) now + last);
    if (Math.abs(change) > maxChange && !isChance) {
      String words =
          String.format(
              Locale.ROOT,
              change < 0 ? "%.1f %% less" : "last time was %.1f %% less",
              100 * Math.abs(change));
      findings.add(rule, level, change, maxChange, message, now, last, words, 100 * maxChange);
    }
  }

  /** How far the columns of the input have moved since the last release. */
  public void drift(List<ColumnProfiles.Drift> columns) {
    for (ColumnProfiles.Drift moved : columns) {
      if (moved.psi() > Math.max(settings.maxPsi(), moved.chance())) {
        findings.add(
            Rule.DRIFT,
            moved.psi(),
            settings.maxPsi(),
            "The values of '%s' are distributed otherwise than last time: population stability"
                + " index %.2f, permitted are %.2f (gate.maxPsi).",
            moved.column(),
            moved.psi(),
            settings.maxPsi());
      }
    }
  }

  /** Events can hardly be known before they happen. */
  public void future(Instant cutoff, Instant startedAt) {
    double daysAhead = Duration.between(startedAt, cutoff).toMillis() / 86_400_000.0;
    if (daysAhead > settings.maxDaysAhead()) {
      findings.add(
          Rule.FUTURE,
          daysAhead,
          settings.maxDaysAhead(),
          "The cutoff %s is %.1f days after the start of the run, permitted are %.1f"
              + " (gate.maxDaysAhead). Look for events with wrong times.",
          cutoff,
          daysAhead,
          settings.maxDaysAhead());
    }
  }

  /**
   * Users on whom the lists were measured. None means that nothing speaks for the release: it is
   * refused where a test table should have told, else warned of, unless {@code gate.levels} says
   * otherwise.
   *
   * @param testTable whether {@code evaluation.test} is configured
   */
  public void heldOutUsers(long users, boolean testTable) {
    Rule rule = Rule.NO_HELD_OUT_USERS;
    if (users == 0) {
      findings.add(
          rule,
          testTable || settings.levels().containsKey(rule.label())
              ? settings.level(rule)
              : Level.WARN,
          0,
          1,
          "No list was measured: %s. Whether the release is any good is not known.",
          testTable
              ? "no user of evaluation.test has a held-out item (see its rows and rejects)"
              : "evaluation.split holds out no user's events");
    }
  }
}
