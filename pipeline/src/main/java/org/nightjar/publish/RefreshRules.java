package org.nightjar.publish;

import java.util.List;
import org.nightjar.config.GateSettings;
import org.nightjar.config.GateSettings.Rule;

/**
 * What the gate asks of a refresh beside the rules of {@link QualityGate} that need no metrics:
 * that the users who are not listed anew keep their rows, and that the new lists are like the last
 * ones.
 */
public final class RefreshRules {
  /** Fewest users with a new list in the place of an old one whose lists tell anything together. */
  public static final long MIN_USERS = 50;

  private final GateSettings settings;
  private final FindingList findings;

  /** Without findings yet. */
  public RefreshRules(GateSettings settings) {
    this.settings = settings;
    this.findings = new FindingList(settings);
  }

  /** The rules broken so far, in the order in which they were tried. */
  public List<Finding> findings() {
    return findings.all();
  }

  /** Tonight's lists and the last release's. */
  public void lists(RefreshFigures figures) {
    if (figures.changedRows() > 0) {
      findings.add(
          Rule.UNTOUCHED,
          (double) figures.changedRows(),
          0,
          "%d rows of the %d users who get no new list are not what they were in the last release;"
              + " a refresh changes none.",
          figures.changedRows(),
          figures.untouchedUsers());
    }
    if (figures.lostUsers() > settings.maxLostUsers()) {
      findings.add(
          Rule.LOST_USERS,
          figures.lostUsers(),
          settings.maxLostUsers(),
          "%.1f %% of the last release's %d users have no list any more, permitted are %.1f %%"
              + " (gate.maxLostUsers).",
          100 * figures.lostUsers(),
          figures.lastUsers(),
          100 * settings.maxLostUsers());
    }
    if (figures.relistedUsers() >= MIN_USERS && figures.churn() > settings.maxChurn()) {
      findings.add(
          Rule.CHURN,
          figures.churn(),
          settings.maxChurn(),
          "%.1f %% of the rows of the %d users who get a new list did not stand in the user's last"
              + " one, permitted are %.1f %% (gate.maxChurn).",
          100 * figures.churn(),
          figures.relistedUsers(),
          100 * settings.maxChurn());
    }
    ColumnProfiles.Drift scores = figures.scores();
    if (figures.relistedUsers() > 0
        && scores.psi() > Math.max(settings.maxScorePsi(), scores.chance())) {
      findings.add(
          Rule.SCORES,
          scores.psi(),
          settings.maxScorePsi(),
          "The mean scores of the new lists of %d users are distributed otherwise than those of"
              + " their last ones: population stability index %.2f, permitted are %.2f"
              + " (gate.maxScorePsi). Start a run, which trains anew.",
          figures.relistedUsers(),
          scores.psi(),
          settings.maxScorePsi());
    }
  }
}
