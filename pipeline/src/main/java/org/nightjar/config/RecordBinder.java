package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nightjar.InputException;
import org.nightjar.Setting;

/**
 * Binds a tree to records whose components are {@link Setting}s, and notes every problem at its
 * place instead of stopping at the first. A value that cannot be used is replaced by its default
 * (or a neutral one) and marked unusable, so that the rest of the record is still judged by its
 * compact constructor; messages that depend on a replaced value are withheld.
 */
final class RecordBinder {
  private static final Pattern SUBJECT = Pattern.compile("^(\\w+)(?= )");

  private final Problems problems;

  RecordBinder(Problems problems) {
    this.problems = problems;
  }

  /** The record, or null if the problems leave nothing to build it from. */
  <T extends Record> T bind(Class<T> type, JsonNode node, String place) {
    return type.cast(value(type, node, place).value());
  }

  /** A value, and whether it is what the user asked for. */
  private record Bound(Object value, boolean usable) {
    static Bound of(Object value) {
      return new Bound(value, true);
    }
  }

  private Bound value(Type type, JsonNode node, String place) {
    if (problems.isUnusable(place)) {
      return unusable(type, place);
    }
    if (Shape.isList(type)) {
      return list(type, node, place);
    }
    if (Shape.isMap(type)) {
      return map(type, node, place);
    }
    if (Shape.isVariant(type)) {
      return variant(Shape.raw(type), node, place);
    }
    if (Shape.isRecord(type)) {
      return record(Shape.raw(type), node, place);
    }
    return Scalars.parse(Shape.raw(type), node)
        .map(Bound::of)
        .orElseGet(() -> wrong(type, node, place, Scalars.expected(Shape.raw(type), node)));
  }

  private Bound list(Type type, JsonNode node, String place) {
    Type element = Shape.elementOf(type);
    boolean single = !node.isArray();
    if (single && node.isTextual() && Shape.isRecord(element)) {
      return wrong(type, node, place, "a list");
    }
    List<Object> list = new ArrayList<>();
    boolean usable = true;
    for (int i = 0; i < (single ? 1 : node.size()); i++) {
      String at = single && Shape.isScalar(element) ? place : Problems.at(place, String.valueOf(i));
      JsonNode entry = single ? node : node.get(i);
      Bound bound = isAbsent(element, entry) ? empty(element, at) : value(element, entry, at);
      usable &= bound.usable();
      if (bound.value() != null) {
        list.add(bound.value());
      }
    }
    return new Bound(Collections.unmodifiableList(list), usable);
  }

  /** Keys of unusable values stay, with null, so that references to them still hold. */
  private Bound map(Type type, JsonNode node, String place) {
    if (!node.isObject()) {
      return wrong(type, node, place, "a mapping");
    }
    Type element = Shape.elementOf(type);
    Map<String, Object> map = new LinkedHashMap<>();
    boolean usable = true;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String at = Problems.at(place, field.getKey());
      Bound bound =
          isAbsent(element, field.getValue())
              ? empty(element, at)
              : value(element, field.getValue(), at);
      usable &= bound.usable();
      map.put(field.getKey(), bound.usable() ? bound.value() : null);
    }
    return new Bound(Collections.unmodifiableMap(map), usable);
  }

  private Bound variant(Class<?> type, JsonNode node, String place) {
    Map<String, Class<?>> variants = Shape.variantsOf(type);
    if (!node.isObject()) {
      return wrong(type, node, place, "a mapping with 'type' and the type's own keys");
    }
    JsonNode given = node.get(Shape.TYPE);
    String at = Problems.at(place, Shape.TYPE);
    if (given == null || isAbsent(String.class, given)) {
      problems.add(at, "is missing; known are " + String.join(", ", variants.keySet()));
      return unusable(type, place);
    }
    Class<?> variant = given.isTextual() ? variants.get(given.textValue()) : null;
    if (variant == null) {
      problems.add(
          at,
          "is "
              + Problems.shown(at, given)
              + " but must be one of "
              + String.join(", ", variants.keySet())
              + Suggestion.closest(given.asText(), variants.keySet())
                  .map(c -> "; did you mean '" + c + "'?")
                  .orElse(""));
      return unusable(type, place);
    }
    ObjectNode own = ((ObjectNode) node).deepCopy();
    own.remove(Shape.TYPE);
    return record(variant, own, place);
  }

  private Bound record(Class<?> type, JsonNode node, String place) {
    if (type == ColumnMapping.class && node.isTextual()) {
      return Bound.of(ColumnMapping.of(node.textValue()));
    }
    Map<String, RecordComponent> keys = Shape.keysOf(type);
    if (!node.isObject()) {
      return wrong(type, node, place, "a mapping with keys of " + String.join(", ", keys.keySet()));
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!keys.containsKey(field.getKey())) {
        problems.add(
            Problems.at(place, field.getKey()),
            "is an unknown key" + Suggestion.hint(field.getKey(), keys.keySet()));
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    Set<String> replaced = new LinkedHashSet<>();
    keys.forEach(
        (key, component) -> {
          Bound bound = component(component, node.get(key), Problems.at(place, key));
          values.put(key, bound.value());
          if (!bound.usable()) {
            replaced.add(key);
          }
        });
    return construct(type, values, replaced, place);
  }

  private Bound component(RecordComponent component, JsonNode given, String place) {
    Type type = component.getGenericType();
    Setting setting = Shape.settingOf(component);
    if (given != null && !isAbsent(type, given)) {
      Bound bound = value(type, given, place);
      return bound.usable() || bound.value() != null ? bound : new Bound(neutral(component), false);
    }
    if (problems.isUnusable(place)) {
      return new Bound(neutral(component), false);
    }
    if (Shape.isRequired(setting)) {
      problems.add(place, "is missing: " + setting.value());
      problems.markUnusable(place);
      return new Bound(neutral(component), false);
    }
    return Bound.of(byDefault(component, place));
  }

  private Object byDefault(RecordComponent component, String place) {
    String text = Shape.settingOf(component).byDefault();
    Type type = component.getGenericType();
    JsonNode node = YamlText.constant(text);
    return isAbsent(type, node) ? null : value(type, node, place).value();
  }

  /** Builds the record; each value that its constructor refuses is replaced and it tries again. */
  private Bound construct(
      Class<?> type, Map<String, Object> values, Set<String> replaced, String place) {
    boolean refused = false;
    while (true) {
      try {
        Object built = canonicalConstructor(type).newInstance(values.values().toArray());
        return new Bound(built, replaced.isEmpty() && !refused);
      } catch (InvocationTargetException e) {
        if (!(e.getCause() instanceof InputException problem)) {
          if (replaced.isEmpty()) {
            throw new IllegalStateException("Cannot build " + type.getName(), e.getCause());
          }
          return unusable(type, place);
        }
        refused = true;
        String subject = note(problem, values.keySet(), replaced, place);
        if (subject == null || !replaced.add(subject)) {
          return unusable(type, place);
        }
        values.put(subject, neutral(Shape.keysOf(type).get(subject)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Cannot build " + type.getName(), e);
      }
    }
  }

  /** Notes what a constructor said; gives the component that the first message is about. */
  private String note(
      InputException refusal, Set<String> keys, Set<String> replaced, String place) {
    String first = null;
    for (String message : refusal.problems()) {
      Matcher matcher = SUBJECT.matcher(message);
      String subject = matcher.find() && keys.contains(matcher.group(1)) ? matcher.group(1) : null;
      first = first == null ? subject : first;
      if (replaced.stream().anyMatch(key -> mentions(message, key))) {
        continue;
      }
      if (subject == null) {
        problems.add(place.isEmpty() ? message : place + ": " + message);
      } else {
        problems.add(Problems.at(place, message));
        problems.markUnusable(Problems.at(place, subject));
      }
    }
    return first;
  }

  private static boolean mentions(String message, String key) {
    return Pattern.compile("\\b" + key + "\\b").matcher(message).find();
  }

  private static Constructor<?> canonicalConstructor(Class<?> type) throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor;
  }

  private Bound wrong(Type type, JsonNode node, String place, String expected) {
    problems.add(place, "is " + Problems.shown(place, node) + " but must be " + expected);
    return unusable(type, place);
  }

  private Bound empty(Type type, String place) {
    boolean text = Shape.raw(type) == String.class;
    problems.add(
        place, "is empty; remove it or give it a value" + (text ? " ('' is the empty text)" : ""));
    return unusable(type, place);
  }

  private Bound unusable(Type type, String place) {
    problems.markUnusable(place);
    Object none = Shape.isList(type) ? List.of() : Shape.isMap(type) ? Map.of() : null;
    return new Bound(none, false);
  }

  /** What stands in for an unusable value: the default, else nothing, zero or a short text. */
  private static Object neutral(RecordComponent component) {
    RecordBinder silent = new RecordBinder(new Problems());
    Type type = component.getGenericType();
    if (!Shape.isRequired(Shape.settingOf(component))) {
      return silent.byDefault(component, "");
    }
    if (Shape.isRecord(type)) {
      return silent.value(type, JsonNodeFactory.instance.objectNode(), "").value();
    }
    if (Shape.isList(type) || Shape.isMap(type)) {
      return silent.unusable(type, "").value();
    }
    return Shape.isVariant(type) ? null : Scalars.neutral(Shape.raw(type));
  }

  /** Whether a key with this value counts as not given. */
  private static boolean isAbsent(Type type, JsonNode node) {
    return node.isMissingNode() || (node.isNull() && !Shape.hasNullConstant(type));
  }
}
