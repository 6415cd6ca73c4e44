package org.nightjar.config;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nightjar.Setting;

/**
 * What a configuration value may look like, told from the type of the record component that it is
 * bound to: a record, a variant (a sealed interface whose records are told apart by {@code type}),
 * a list, a map, an enum or a scalar.
 */
final class Shape {
  /** The key that picks the record of a variant. */
  static final String TYPE = "type";

  private Shape() {}

  static boolean isList(Type type) {
    return raw(type) == List.class;
  }

  static boolean isMap(Type type) {
    return raw(type) == Map.class;
  }

  static boolean isVariant(Type type) {
    return raw(type).isSealed();
  }

  static boolean isRecord(Type type) {
    return raw(type).isRecord();
  }

  static boolean isScalar(Type type) {
    return !isList(type) && !isMap(type) && !isVariant(type) && !isRecord(type);
  }

  static Class<?> raw(Type type) {
    return (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
  }

  /** The type of a list's entries or of a map's values. */
  static Type elementOf(Type type) {
    Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
    return arguments[arguments.length - 1];
  }

  /** The components of a record by key, in their order. */
  static Map<String, RecordComponent> keysOf(Class<?> recordType) {
    Map<String, RecordComponent> keys = new LinkedHashMap<>();
    for (RecordComponent component : recordType.getRecordComponents()) {
      keys.put(component.getName(), component);
    }
    return keys;
  }

  /** The records of a variant by the name that {@code type} gives them, in text order. */
  static Map<String, Class<?>> variantsOf(Class<?> sealedType) {
    Map<String, Class<?>> variants = new TreeMap<>();
    for (Class<?> variant : sealedType.getPermittedSubclasses()) {
      variants.put(variantName(variant), variant);
    }
    return variants;
  }

  /** The value of {@code type} for this record of a variant. */
  static String variantName(Class<?> variant) {
    JsonTypeName name = variant.getAnnotation(JsonTypeName.class);
    if (name == null) {
      throw new IllegalStateException(variant.getName() + " lacks @JsonTypeName");
    }
    return name.value();
  }

  /** Every key that a value of this type may have, or none if its keys are free. */
  static Set<String> knownKeys(Type type) {
    if (isRecord(type)) {
      return keysOf(raw(type)).keySet();
    }
    Set<String> keys = new LinkedHashSet<>();
    if (isVariant(type)) {
      keys.add(TYPE);
      variantsOf(raw(type)).values().forEach(v -> keys.addAll(keysOf(v).keySet()));
    }
    return keys;
  }

  /** The setting that documents a component. */
  static Setting settingOf(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          component.getDeclaringRecord().getName() + "." + component.getName() + " lacks @Setting");
    }
    return setting;
  }

  static boolean isRequired(Setting setting) {
    return setting.byDefault().equals(Setting.REQUIRED);
  }

  /** Whether the word null names a constant of this enum. */
  static boolean hasNullConstant(Type type) {
    return raw(type).isEnum()
        && Arrays.stream(raw(type).getEnumConstants())
            .anyMatch(constant -> ((Enum<?>) constant).name().equals("NULL"));
  }
}
