package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}} in text values by environment variables.
 * The default also stands in for an empty variable, as in a shell. A doubled dollar before the
 * brace is a literal dollar. A text in which something was replaced is read again as a plain
 * scalar, so that an empty one counts as not given.
 */
final class EnvironmentReferences {
  private static final Pattern DOLLAR_BRACE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
  private static final Pattern REFERENCE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);

  private final Function<String, String> environment;
  private final Problems problems;

  EnvironmentReferences(Function<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The text such that its replacement gives it back. */
  static String escaped(String text) {
    return text.replace("${", "$${");
  }

  /** The tree with all references replaced. */
  JsonNode replaced(JsonNode node, String place) {
    if (node.isObject()) {
      ObjectNode mapping = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        mapping.set(field.getKey(), replaced(field.getValue(), Problems.at(place, field.getKey())));
      }
      return mapping;
    }
    if (node.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < node.size(); i++) {
        list.add(replaced(node.get(i), Problems.at(place, String.valueOf(i))));
      }
      return list;
    }
    if (!node.isTextual() || !node.textValue().contains("${")) {
      return node;
    }
    return YamlText.scalar(text(node.textValue(), place));
  }

  private String text(String text, String place) {
    Matcher matcher = DOLLAR_BRACE.matcher(text);
    StringBuilder replaced = new StringBuilder();
    while (matcher.find()) {
      String value =
          matcher.group(1) == null
              ? "${"
              : valueOf(matcher.group(), matcher.group(1), !matcher.group(2).isEmpty(), place);
      matcher.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(replaced).toString();
  }

  /** The value of a reference; the reference itself if it has none, which is a problem. */
  private String valueOf(String whole, String inner, boolean closed, String place) {
    Matcher reference = REFERENCE.matcher(inner);
    if (!closed || !reference.matches()) {
      problems.add(
          place,
          "holds "
              + Problems.shown(place, TextNode.valueOf(whole))
              + ", which is not a valid ${NAME} or ${NAME:-default}; write $${ for a literal ${");
      problems.markUnusable(place);
      return whole;
    }
    String name = reference.group(1);
    String byDefault = reference.group(2);
    String value = environment.apply(name);
    if (value != null && (byDefault == null || !value.isEmpty())) {
      return value;
    }
    if (byDefault == null) {
      problems.add(
          place,
          String.format(
              "needs the environment variable %s, which is not set; set it, or give a default:"
                  + " ${%s:-default}",
              name, name));
      problems.markUnusable(place);
      return whole;
    }
    return byDefault;
  }
}
