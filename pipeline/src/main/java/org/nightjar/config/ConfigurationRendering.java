package org.nightjar.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Writes records as YAML that the loader reads back to equal records: every default written out,
 * nulls left out, what looks like an environment reference escaped. Secrets are masked: options and
 * Spark settings whose name says so, and the user information in URLs.
 */
final class ConfigurationRendering {
  /** Maps whose keys are the names of options of other software. */
  private static final Set<String> OPTION_MAPS = Set.of("options", "spark");

  /** What a whole number is always written as; no zero in front, which is octal to some. */
  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9]\\d{0,17}");

  private static final Pattern FRACTION = Pattern.compile("-?\\d{1,17}\\.\\d{1,17}");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .stringQuotingChecker(new QuoteUnlessPlain())
              .build());

  private ConfigurationRendering() {}

  static String render(Object part) {
    return yaml(node(part, ""));
  }

  /** By path: the values of {@link #render}; an empty map or list is one. */
  static Map<String, String> settings(Object part) {
    Map<String, String> settings = new LinkedHashMap<>();
    addSettings(node(part, ""), "", settings);
    return settings;
  }

  private static void addSettings(JsonNode node, String path, Map<String, String> settings) {
    boolean isListOfValues =
        node.isArray()
            && StreamSupport.stream(node.spliterator(), false).allMatch(JsonNode::isValueNode);
    if (node.isValueNode() || node.isEmpty() || isListOfValues) {
      settings.put(path, node.isValueNode() ? node.asText() : node.toString());
      return;
    }
    String before = path.isEmpty() ? "" : path + ".";
    if (node.isArray()) {
      for (int at = 0; at < node.size(); at++) {
        addSettings(node.get(at), before + at, settings);
      }
    } else {
      node.properties()
          .forEach(entry -> addSettings(entry.getValue(), before + entry.getKey(), settings));
    }
  }

  /** A tree as YAML. */
  static String yaml(JsonNode tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot render the configuration", e);
    }
  }

  /**
   * A tree of {@link YamlText} with texts that mean the same as numbers and truth values in their
   * place, so that they need no quotes, and without keys that have no value.
   */
  static JsonNode plain(JsonNode node) {
    if (node.isObject()) {
      ObjectNode mapping = NODES.objectNode();
      node.properties().stream()
          .filter(field -> !field.getValue().isMissingNode())
          .forEach(field -> mapping.set(field.getKey(), plain(field.getValue())));
      return mapping;
    }
    if (node.isArray()) {
      ArrayNode list = NODES.arrayNode();
      node.forEach(entry -> list.add(plain(entry)));
      return list;
    }
    if (!node.isTextual()) {
      return node;
    }
    String text = node.textValue();
    if (text.equals("true") || text.equals("false")) {
      return NODES.booleanNode(Boolean.parseBoolean(text));
    }
    if (WHOLE.matcher(text).matches()) {
      return NODES.numberNode(Long.parseLong(text));
    }
    if (FRACTION.matcher(text).matches()) {
      JsonNode number = NODES.numberNode(Double.parseDouble(text));
      return number.asText().equals(text) ? number : node;
    }
    return node;
  }

  private static JsonNode node(Object value, String key) {
    if (value instanceof Record r) {
      return record(r);
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode node = NODES.objectNode();
      map.forEach(
          (name, entry) ->
              node.set(
                  (String) name,
                  OPTION_MAPS.contains(key)
                      ? text(Secrets.masked((String) name, (String) entry))
                      : node(entry, "")));
      return node;
    }
    if (value instanceof List<?> list) {
      ArrayNode node = NODES.arrayNode();
      list.forEach(entry -> node.add(node(entry, "")));
      return node;
    }
    if (value instanceof Enum<?> constant) {
      return text(KebabCase.of(constant));
    }
    return scalar(value);
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Integer number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Long number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Double number) {
      return NODES.numberNode(number);
    }
    return text(Secrets.masked((String) value));
  }

  private static TextNode text(String text) {
    return TextNode.valueOf(EnvironmentReferences.escaped(text));
  }

  private static ObjectNode record(Record value) {
    ObjectNode node = NODES.objectNode();
    for (Class<?> implemented : value.getClass().getInterfaces()) {
      if (implemented.isSealed()) {
        node.put(Shape.TYPE, Shape.variantName(value.getClass()));
      }
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Object part = valueOf(component, value);
      if (part != null) {
        node.set(component.getName(), node(part, component.getName()));
      }
    }
    return node;
  }

  private static Object valueOf(RecordComponent component, Record value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + component, e);
    }
  }

  /** Leaves only texts unquoted that are plain in every version of YAML. */
  private static final class QuoteUnlessPlain extends StringQuotingChecker {
    private static final long serialVersionUID = 1L;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
    private static final Pattern WORD =
        Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n|nan|inf");

    @Override
    public boolean needToQuoteName(String name) {
      return !isPlain(name);
    }

    @Override
    public boolean needToQuoteValue(String value) {
      return !isPlain(value);
    }

    private static boolean isPlain(String text) {
      return PLAIN.matcher(text).matches() && !WORD.matcher(text).matches();
    }
  }
}
