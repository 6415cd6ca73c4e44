package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import org.nightjar.InputException;

/**
 * Applies {@code path.to.key=value} to a tree. Paths may run through lists by index from 0, through
 * the short forms (a single entry for a list, a text for a column mapping), and through map keys
 * that hold dots themselves ({@code clean.ranges.events.quantity.min}). Keys that no record knows
 * are set all the same: binding reports them.
 */
final class Overrides {
  private final Problems problems;

  Overrides(Problems problems) {
    this.problems = problems;
  }

  /** The tree, a value of the type, with the overrides in their order. */
  JsonNode applied(JsonNode tree, Type type, List<String> overrides) {
    JsonNode result = tree;
    for (String override : overrides) {
      try {
        result = applied(result, type, override);
      } catch (InputException e) {
        e.problems().forEach(problems::add);
      }
    }
    return result;
  }

  private static JsonNode applied(JsonNode tree, Type type, String override) {
    int equals = override.indexOf('=');
    String path = equals < 0 ? override : override.substring(0, equals).strip();
    List<String> keys = List.of(path.split("\\.", -1));
    if (equals < 0 || keys.stream().anyMatch(String::isEmpty)) {
      throw new InputException(
          "--set '"
              + Secrets.override(override)
              + "' cannot be read; write it as path.to.key=value");
    }
    String value = override.substring(equals + 1);
    return with(tree, type, keys, YamlText.read(value, "--set " + path), path);
  }

  private static JsonNode with(
      JsonNode node, Type type, List<String> path, JsonNode value, String whole) {
    if (path.isEmpty()) {
      return value;
    }
    if (type != null && Shape.isList(type)) {
      return withEntry(node, type, path, value, whole);
    }
    ObjectNode mapping = mappingOf(node, type);
    int take = type != null && Shape.isMap(type) ? keyLength(mapping, type, path) : 1;
    String key = String.join(".", path.subList(0, take));
    JsonNode before = mapping.has(key) ? mapping.get(key) : MissingNode.getInstance();
    mapping.set(
        key,
        with(before, child(type, key, mapping), path.subList(take, path.size()), value, whole));
    return mapping;
  }

  private static JsonNode withEntry(
      JsonNode node, Type type, List<String> path, JsonNode value, String whole) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    if (node.isArray()) {
      list.addAll((ArrayNode) node);
    } else if (!node.isMissingNode() && !node.isNull()) {
      list.add(node);
    }
    boolean indexed = path.get(0).matches("\\d{1,6}");
    if (!indexed && list.size() > 1) {
      throw new InputException(
          String.format(
              "--set %s: '%s' must be an index from 0 to %d, since the list has %d entries",
              whole, path.get(0), list.size() - 1, list.size()));
    }
    int index = indexed ? Integer.parseInt(path.get(0)) : 0;
    if (index > list.size()) {
      throw new InputException(
          String.format(
              "--set %s: index %d is beyond the list, which has %d entries",
              whole, index, list.size()));
    }
    boolean beyond = index == list.size();
    JsonNode before = beyond ? MissingNode.getInstance() : list.get(index);
    List<String> rest = indexed ? path.subList(1, path.size()) : path;
    JsonNode entry = with(before, Shape.elementOf(type), rest, value, whole);
    if (beyond) {
      list.add(entry);
    } else {
      list.set(index, entry);
    }
    return list;
  }

  private static ObjectNode mappingOf(JsonNode node, Type type) {
    if (node.isObject()) {
      return ((ObjectNode) node).deepCopy();
    }
    ObjectNode mapping = JsonNodeFactory.instance.objectNode();
    if (type == ColumnMapping.class && node.isTextual()) {
      mapping.set("column", node);
    }
    return mapping;
  }

  private static Type child(Type type, String key, ObjectNode mapping) {
    if (type == null || Shape.isScalar(type)) {
      return null;
    }
    if (Shape.isMap(type)) {
      return Shape.elementOf(type);
    }
    Class<?> raw = Shape.raw(type);
    if (Shape.isVariant(type)) {
      raw = Shape.variantsOf(raw).get(mapping.path(Shape.TYPE).asText());
    }
    RecordComponent component = raw == null ? null : Shape.keysOf(raw).get(key);
    return component == null ? null : component.getGenericType();
  }

  /**
   * How much of the path is the key of a map, whose keys may hold dots: all of it for a map of
   * scalars; else the longest key that is there; else the shortest after which a key of the values
   * follows, or nothing.
   */
  private static int keyLength(ObjectNode mapping, Type type, List<String> path) {
    Type element = Shape.elementOf(type);
    if (Shape.isScalar(element)) {
      return path.size();
    }
    for (int take = path.size(); take > 0; take--) {
      if (mapping.has(String.join(".", path.subList(0, take)))) {
        return take;
      }
    }
    Set<String> next = Shape.knownKeys(element);
    for (int take = 1; take < path.size(); take++) {
      if (next.contains(path.get(take))) {
        return take;
      }
    }
    return next.isEmpty() ? 1 : path.size();
  }
}
