package org.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.nightjar.config.GateSettings;

/**
 * A rule of the gate that a release breaks.
 *
 * @param rule such as {@code churn}, see {@link GateSettings.Rule}
 * @param level what it leads to: {@code WARN} or {@code REFUSE}
 * @param figure what was found
 * @param limit what is permitted
 * @param reason a full sentence with both
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Finding(
    String rule, GateSettings.Level level, double figure, double limit, String reason) {

  boolean refuses() {
    return level == GateSettings.Level.REFUSE;
  }
}
