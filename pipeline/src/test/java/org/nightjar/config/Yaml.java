package org.nightjar.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.nightjar.InputException;

/** Small configurations for tests. */
final class Yaml {
  /** The least that is a configuration. */
  static final String MINIMAL =
      """
      name: test
      sources:
        users:
          format: csv
          path: users.csv
          columns: {user_id: id, age: age, city: city}
        events:
          - format: csv
            path: events.csv
            columns: {user_id: user, item_id: item, event_at: ts}
      userAttributes:
        age: {type: numeric}
        city: {type: categorical}
      models:
        popular: {type: popularity}
      rank:
        fallback: [popular]
      output: {path: out}
      """;

  private Yaml() {}

  /** The configuration, without overrides and environment. */
  static Configuration load(String text) {
    return ConfigurationLoader.load(text, "test.yaml", List.of(), name -> null);
  }

  /** The minimal configuration with overrides. */
  static Configuration minimal(String... overrides) {
    return ConfigurationLoader.load(MINIMAL, "test.yaml", List.of(overrides), name -> null);
  }

  /** The problems of a text, without the origin in front. */
  static List<String> problemsOf(String text) {
    return problems(text, List.of(), Map.of());
  }

  /** The problems of the minimal configuration with overrides, without the origin in front. */
  static List<String> problemsWith(String... overrides) {
    return problems(MINIMAL, List.of(overrides), Map.of());
  }

  static List<String> problems(
      String text, List<String> overrides, Map<String, String> environment) {
    InputException problem =
        catchThrowableOfType(
            InputException.class,
            () -> ConfigurationLoader.load(text, "test.yaml", overrides, environment::get));
    return problem == null
        ? List.of()
        : problem.problems().stream().map(p -> p.replaceFirst("^test.yaml: ", "")).toList();
  }
}
