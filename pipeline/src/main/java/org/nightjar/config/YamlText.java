package org.nightjar.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nightjar.InputException;

/**
 * Reads YAML (or JSON) into a tree of mappings, lists and scalars. Every scalar keeps the text that
 * the user wrote, quoted or not, and is read as number or truth value only when the component that
 * it is bound to says so: {@code [007, 1.50]} stays what it is in a list of texts. An empty scalar
 * is a {@link MissingNode}, the word null a {@link NullNode}.
 */
final class YamlText {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> NULL_WORDS = Set.of("null", "Null", "NULL", "~");
  private static final Pattern MARK =
      Pattern.compile("(?m)^ in .*, line (\\d{1,9}), column (\\d{1,9}):$");

  /** Jackson quotes the text, which may be a secret. */
  private static final Pattern UNQUOTED = Pattern.compile("Unrecognized token '[^']*'");

  private static final YAMLFactory YAML = new YAMLFactory();
  private static final JsonFactory JSON = new JsonFactory();

  private YamlText() {}

  /** The tree of a YAML text. */
  static JsonNode read(String text, String origin) {
    return read(YAML, text, origin);
  }

  /** The tree of a JSON text; unlike YAML it may be indented by tabs. */
  static JsonNode readJson(String text, String origin) {
    return read(JSON, text, origin);
  }

  /** The tree of a YAML text in the source code. */
  static JsonNode constant(String text) {
    return read(YAML, text, "default");
  }

  /** What a plain scalar of this text is. */
  static JsonNode scalar(String text) {
    if (text.isEmpty()) {
      return MissingNode.getInstance();
    }
    return NULL_WORDS.contains(text) ? NullNode.getInstance() : TextNode.valueOf(text);
  }

  private static JsonNode read(JsonFactory factory, String text, String origin) {
    try (JsonParser parser = factory.createParser(text)) {
      JsonNode root =
          parser.nextToken() == null ? MissingNode.getInstance() : value(parser, origin);
      if (parser.nextToken() != null) {
        throw problem(origin, parser.currentTokenLocation(), "a second document starts here");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new InputException(origin + ": " + location(e) + reason(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: the text is in memory
    }
  }

  private static JsonNode value(JsonParser parser, String origin) throws IOException {
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      throw problem(
          origin,
          parser.currentTokenLocation(),
          "aliases, which start with '*', are not supported; write the value out, or quote it if it"
              + " is a text");
    }
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> mapping(parser, origin);
      case START_ARRAY -> list(parser, origin);
      case VALUE_STRING -> TextNode.valueOf(parser.getText());
      case VALUE_NULL -> scalar(parser.getText());
      default -> TextNode.valueOf(parser.getText());
    };
  }

  private static ObjectNode mapping(JsonParser parser, String origin) throws IOException {
    ObjectNode mapping = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (mapping.has(key)) {
        throw problem(
            origin, parser.currentTokenLocation(), "key '" + key + "' is there twice; remove one");
      }
      parser.nextToken();
      mapping.set(key, value(parser, origin));
    }
    return mapping;
  }

  private static ArrayNode list(JsonParser parser, String origin) throws IOException {
    ArrayNode list = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser, origin));
    }
    return list;
  }

  private static InputException problem(String origin, JsonLocation location, String what) {
    return new InputException(
        origin + ": " + place(location.getLineNr(), location.getColumnNr()) + what);
  }

  private static String place(int line, int column) {
    return String.format("line %d, column %d: ", line, column);
  }

  /** Where the parser stopped: the last place in its message, which is nearest; else its own. */
  private static String location(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : place(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    Matcher matcher = MARK.matcher(e.getOriginalMessage());
    while (matcher.find()) {
      place = place(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
    return place;
  }

  /** The parser's message without its excerpts of the text, on one line. */
  private static String reason(JsonProcessingException e) {
    List<String> lines =
        e.getOriginalMessage()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith(" "))
            .toList();
    String reason = lines.stream().collect(Collectors.joining(", "));
    return UNQUOTED.matcher(reason).replaceFirst("a text without quotes");
  }
}
