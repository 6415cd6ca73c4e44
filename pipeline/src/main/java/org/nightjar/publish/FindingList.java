package org.nightjar.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nightjar.config.GateSettings;
import org.nightjar.config.GateSettings.Level;
import org.nightjar.config.GateSettings.Rule;

/** Findings of the gate in the order in which rules were tried; rules that are off find nothing. */
final class FindingList {
  private final GateSettings settings;
  private final List<Finding> findings = new ArrayList<>();

  FindingList(GateSettings settings) {
    this.settings = settings;
  }

  /** Those so far. */
  List<Finding> all() {
    return List.copyOf(findings);
  }

  /**
   * A rule that is broken.
   *
   * @param reason a full sentence, with places for the values
   */
  void add(Rule rule, double figure, double limit, String reason, Object... values) {
    add(rule, settings.level(rule), figure, limit, reason, values);
  }

  /** The same, at another level than the settings say. */
  void add(Rule rule, Level level, double figure, double limit, String reason, Object... values) {
    if (level != Level.OFF) {
      findings.add(
          new Finding(
              rule.label(), level, figure, limit, String.format(Locale.ROOT, reason, values)));
    }
  }
}
