package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.nightjar.InputException;

/**
 * A configuration as it is written: the keys that are given, environment references not replaced,
 * beside what it means. It can be changed and written again without showing what stands in the
 * environment. Immutable; whoever holds one holds a sound configuration.
 */
public final class WrittenConfiguration {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String MODELS = "models";
  private static final String OUTPUT = "output";
  private static final String TRIALS = "trials";

  private final JsonNode tree;
  private final String origin;
  private final Function<String, String> environment;
  private final Configuration configuration;

  private WrittenConfiguration(
      JsonNode written,
      List<String> overrides,
      String origin,
      Function<String, String> environment) {
    Problems problems = new Problems();
    this.tree = new Overrides(problems).applied(written, Configuration.class, overrides);
    this.origin = origin;
    this.environment = environment;
    JsonNode replaced = new EnvironmentReferences(environment, problems).replaced(tree, "");
    this.configuration = new RecordBinder(problems).bind(Configuration.class, replaced, "");
    if (configuration != null) {
      ConfigurationChecks.check(configuration, problems);
    }
    problems.throwIfAny(origin);
  }

  /** The same arguments and problems as in {@link ConfigurationLoader#load}. */
  public static WrittenConfiguration of(
      String text, String origin, List<String> overrides, Function<String, String> environment) {
    String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    JsonNode parsed =
        origin.toLowerCase(Locale.ROOT).endsWith(".json")
            ? YamlText.readJson(content, origin)
            : YamlText.read(content, origin);
    if (!parsed.isObject()) {
      throw new InputException(
          String.format(
              "%s: the file is %s but must be a mapping that starts with 'name: …'",
              origin, parsed.isMissingNode() ? "empty" : Problems.shown("", parsed)));
    }
    return new WrittenConfiguration(parsed, overrides, origin, environment);
  }

  /** What it means: bound, checked, with every default and environment reference filled in. */
  public Configuration configuration() {
    return configuration;
  }

  /** Where it comes from, as messages say it. */
  public String origin() {
    return origin;
  }

  /**
   * This configuration with some keys changed, as on the command line.
   *
   * @param overrides {@code path.to.key=value}, applied in order; the value is YAML
   * @throws InputException with every problem that the changes make
   */
  public WrittenConfiguration with(List<String> overrides) {
    return new WrittenConfiguration(tree, overrides, origin, environment);
  }

  /**
   * This configuration with some settings of one of its models changed.
   *
   * @param settings numbers, texts or lists of texts by key; the others stay
   * @throws InputException with every problem that the changes make
   */
  public WrittenConfiguration with(String model, Map<String, Object> settings) {
    ObjectNode changed = tree.deepCopy();
    ObjectNode keys = (ObjectNode) changed.get(MODELS).get(model);
    settings.forEach((key, value) -> keys.set(key, node(value)));
    return new WrittenConfiguration(changed, List.of(), origin, environment);
  }

  /** This configuration, naming the table of trials that its settings come from. */
  public WrittenConfiguration withTrials(String path) {
    ObjectNode changed = tree.deepCopy();
    changed.withObject("/" + OUTPUT).set(TRIALS, node(path));
    return new WrittenConfiguration(changed, List.of(), origin, environment);
  }

  /** As {@link YamlText} reads it. */
  private static JsonNode node(Object value) {
    if (value instanceof List<?> list) {
      ArrayNode entries = JsonNodeFactory.instance.arrayNode();
      list.forEach(entry -> entries.add(node(entry)));
      return entries;
    }
    return TextNode.valueOf(
        value instanceof String text ? EnvironmentReferences.escaped(text) : value.toString());
  }

  /** As YAML that the loader reads back to an equal configuration; without comments. */
  public String yaml() {
    return ConfigurationRendering.yaml(ConfigurationRendering.plain(tree));
  }

  /**
   * Writes {@link #yaml} with a comment above it.
   *
   * @param location a local path, or a URI of any Hadoop file system
   * @param comment one line
   * @throws InputException if the file cannot be written
   */
  public void write(String location, String comment) {
    ConfigurationFile.write(location, "# " + comment + "\n" + yaml());
  }
}
