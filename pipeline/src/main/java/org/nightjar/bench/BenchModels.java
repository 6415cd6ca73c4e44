package org.nightjar.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nightjar.config.ConfigurationLoader;
import org.nightjar.models.CandidateModel;

/** Models by their type in the configuration, so that a new one can be measured by its name. */
final class BenchModels {
  private static final String NAME = "measured";

  private BenchModels() {}

  /**
   * A model of a type.
   *
   * @param settings by key, each taken where the type has it
   * @param further {@code key=value}, as the value stands in YAML; the type must have them
   * @throws org.nightjar.InputException if there is no such type, or a setting is wrong
   */
  static CandidateModel of(String type, Map<String, Object> settings, List<String> further) {
    CandidateModel plain = load(type, List.of());
    List<String> changes = new ArrayList<>();
    settings.forEach(
        (key, value) -> {
          if (has(plain, key)) {
            changes.add(key + "=" + value);
          }
        });
    changes.addAll(further);
    return load(type, changes);
  }

  /** Whether a model has a setting of that name. */
  static boolean has(CandidateModel model, String setting) {
    return Arrays.stream(model.getClass().getRecordComponents())
        .anyMatch(component -> component.getName().equals(setting));
  }

  private static CandidateModel load(String type, List<String> settings) {
    String text =
        """
        name: bench
        sources:
          events: {format: parquet, path: none, columns: {user_id: user_id, item_id: item_id, event_at: event_at}}
        models: {%s: {type: %s}}
        output: {path: none}
        """
            .formatted(NAME, type);
    return ConfigurationLoader.load(
            text,
            "bench",
            settings.stream().map(setting -> "models." + NAME + "." + setting).toList(),
            name -> null)
        .models()
        .get(NAME);
  }
}
