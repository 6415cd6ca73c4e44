package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nightjar.InputException;

/**
 * The one masking of secrets, for whatever is stored or shown: manifest, report, logs, audit,
 * messages and command lines. What a secret is by its name, {@link SecretNames} says; by its form:
 * the login of a URL, a secret parameter, an authorization header, a private key. Masking what is
 * masked changes nothing.
 */
public final class Secrets {
  /** What stands in the place of a secret. */
  public static final String MASK = "***";

  /**
   * For Spark's own pages and event logs ({@code spark.redaction.regex}), which match it against
   * names and values of settings.
   */
  public static final String SPARK_REDACTION =
      "(?i)passw|passphrase|passcode|pass$|[._-]pw$|pwd|secret|token|credential|signature|bearer|authorization|cookie|jaas|jwt"
          + "|[?&]sig=|[._-]sas([._-]|$)"
          + "|(access|account|api|encryption|private|shared|storage)[._-]?key|key[._-]?store[._-]?key$";

  /** Keys whose values are SQL, in which {@code a='x'} is a condition. */
  private static final Set<String> SQL_OPTIONS = Set.of("dbtable", "query", "preparequery", "expr");

  /** A login before the host: all up to the last at sign of the authority. */
  private static final Pattern LOGIN =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)?://([^/\\s?#]*)@");

  /** A login whose password holds a slash or the like; what looks like a port is none. */
  private static final Pattern ODD_LOGIN =
      Pattern.compile("://(?!\\[)[^/@\\s:?#]*:(?!\\d{1,5}(?:[/;,?]|$))\\S*@");

  /** Of these file systems, what stands before the at sign is the container. */
  private static final Pattern CONTAINER_SCHEME = Pattern.compile("(?i)abfss?|wasbs?");

  /** Oracle's logins; a lone slash stands for a wallet. */
  private static final Pattern ORACLE_LOGIN =
      Pattern.compile("(?i)(jdbc:oracle:\\w+:)(?!/@)[^\\s?@]+(?:@[^\\s?@(/:]+)*@");

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "(?i)(authorization['\"]?\\s*[:=]\\s*(?:[a-z]+\\s+)?|\\bbearer\\s+(?=\\S{16}))[^\\s'\",;&]+");
  private static final Pattern BASIC = Pattern.compile("(?i)(\\bbasic\\s+)[A-Za-z0-9+/=]{6,}");
  private static final Pattern IDENTIFIED_BY = Pattern.compile("(?i)(\\bidentified\\s+by\\s+)\\S+");

  /** As headers and YAML or JSON have it; a name alone, before what is no value, is not enough. */
  private static final Pattern FIELD =
      Pattern.compile(
          "(?i)((?:passw(?:or)?d|passwd|pwd|secret|token|api[-_]?key|cookie)['\"]?\\s*:\\s*)"
              + "(?:\"[^\"]*\"|'[^']*'|[^\\s'\",;}]+)");

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z ]*-----|$)",
          Pattern.DOTALL);
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_]*}");
  private static final Pattern PARAMETER = Pattern.compile("(?<![\\w.])([A-Za-z][\\w.-]*) ?= ?");
  private static final Pattern URL =
      Pattern.compile("(?i)\\s*(jdbc:|[a-z][a-z0-9+.-]*://).*", Pattern.DOTALL);

  private Secrets() {}

  /** Whether the value of an option of this name is a secret. */
  static boolean isSecret(String option) {
    return SecretNames.isSecret(option);
  }

  /**
   * A text of a configuration as it may be shown: without logins of URLs, and without the values of
   * secret parameters where the text is a URL or the parameter stands as in one. Other texts, such
   * as SQL expressions, are as they were.
   */
  static String masked(String text) {
    return withoutParameters(withoutForms(text), URL.matcher(text).matches());
  }

  /** The value of an option as it may be shown. */
  static String masked(String option, String value) {
    if (isSecret(option) && !value.isEmpty() && !value.matches("(?i)true|false")) {
      return MASK;
    }
    return SQL_OPTIONS.contains(option.toLowerCase(Locale.ROOT))
        ? masked(value)
        : withoutParameters(withoutForms(value), true);
  }

  /** A message, perhaps of other software, that may quote URLs or {@code name=value}. */
  public static String inMessage(String message) {
    return withoutParameters(withoutForms(message), true);
  }

  /**
   * A command line as it may be stored and shown, its arguments separated by spaces: {@code --set
   * PATH=VALUE}, {@code --set=PATH=VALUE} and every other argument without secrets.
   */
  public static String commandLine(List<String> arguments) {
    List<String> shown = new ArrayList<>();
    String before = "";
    for (String argument : arguments) {
      String prefix = argument.startsWith("--set=") ? "--set=" : "";
      boolean sets = !prefix.isEmpty() || before.equals("--set");
      boolean named = before.matches("[\\w.\\[\\]-]+") && isSecret(SecretNames.optionOf(before));
      shown.add(
          sets
              ? prefix + override(argument.substring(prefix.length()))
              : named && !argument.startsWith("--") ? MASK : inMessage(argument));
      before = argument;
    }
    return String.join(" ", shown);
  }

  /** {@code path.to.key=value} as it may be shown, where the value is YAML. */
  static String override(String override) {
    int equals = override.indexOf('=');
    if (equals < 0) {
      return override.replaceFirst("[^\\w.\\[\\]-].*", "…");
    }
    String path = override.substring(0, equals);
    String value = override.substring(equals + 1);
    if (REFERENCE.matcher(value).matches()) {
      return override;
    }
    String option = SecretNames.optionOf(path.strip());
    JsonNode tree;
    try {
      tree = YamlText.read(value, path);
    } catch (InputException e) {
      return path + "=" + MASK; // what cannot be read cannot be masked in part
    }
    if (!tree.isContainerNode()) {
      return path + "=" + masked(option, value);
    }
    JsonNode masked = masked(option, tree);
    return path + "=" + (masked.equals(tree) ? value : text(masked));
  }

  /** A tree below an option, its texts masked by the keys above them. */
  static JsonNode masked(String option, JsonNode node) {
    if (isSecret(option)) {
      return TextNode.valueOf(MASK);
    }
    if (node.isObject()) {
      ObjectNode mapping = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(field -> mapping.set(field.getKey(), masked(field.getKey(), field.getValue())));
      return mapping;
    }
    if (node.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      node.forEach(entry -> list.add(masked(option, entry)));
      return list;
    }
    return node.isTextual() ? TextNode.valueOf(masked(option, node.textValue())) : node;
  }

  private static String text(JsonNode tree) {
    return tree.toString().replace("\"", "");
  }

  private static String withoutForms(String text) {
    String masked = PRIVATE_KEY.matcher(text).replaceAll(MASK);
    masked = ORACLE_LOGIN.matcher(masked).replaceAll("$1" + MASK + "@");
    masked = ODD_LOGIN.matcher(masked).replaceAll("://" + MASK + "@");
    masked = LOGIN.matcher(masked).replaceAll(Secrets::login);
    masked = AUTHORIZATION.matcher(masked).replaceAll("$1" + MASK);
    masked = BASIC.matcher(masked).replaceAll("$1" + MASK);
    masked = IDENTIFIED_BY.matcher(masked).replaceAll("$1" + MASK);
    return FIELD.matcher(masked).replaceAll("$1" + MASK);
  }

  private static String login(MatchResult match) {
    boolean container =
        match.group(1) != null
            && CONTAINER_SCHEME.matcher(match.group(1)).matches()
            && !match.group(2).contains(":");
    String scheme = match.group(1) == null ? "" : match.group(1);
    return Matcher.quoteReplacement(container ? match.group() : scheme + "://" + MASK + "@");
  }

  /**
   * Masks values of secret parameters.
   *
   * @param anywhere whether {@code name=value} is a parameter wherever it stands, not only behind
   *     what separates parameters
   */
  private static String withoutParameters(String text, boolean anywhere) {
    boolean url = URL.matcher(text).matches();
    StringBuilder masked = new StringBuilder();
    Matcher parameter = PARAMETER.matcher(text);
    int from = 0;
    while (parameter.find(from)) {
      char before = parameter.start() == 0 ? ' ' : text.charAt(parameter.start() - 1);
      masked.append(text, from, parameter.end());
      from = parameter.end();
      if ((anywhere || "?&;".indexOf(before) >= 0) && isSecret(parameter.group(1))) {
        int end = end(text, from, before, url);
        masked.append(end > from ? MASK : "");
        from = end;
      }
    }
    return masked.append(text, from, text.length()).toString();
  }

  /** Where the value of a parameter ends, by what stands before its name. */
  private static int end(String text, int from, char before, boolean url) {
    if (from < text.length() && "{'\"".indexOf(text.charAt(from)) >= 0) {
      char closing = text.charAt(from) == '{' ? '}' : text.charAt(from);
      int closed = text.indexOf(closing, from + 1);
      while (closed >= 0 && closed + 1 < text.length() && text.charAt(closed + 1) == closing) {
        closed = text.indexOf(closing, closed + 2); // doubled, it is part of the value
      }
      if (closed >= 0) {
        return closed + 1;
      }
    }
    String ends =
        switch (before) {
          case ';', ':' -> ";";
          case '?', '&' -> "&";
          case '(', ',' -> ",)";
          default -> "&;,";
        };
    int end = from;
    while (end < text.length()
        && ends.indexOf(text.charAt(end)) < 0
        && (url || !Character.isWhitespace(text.charAt(end)))) {
      end++;
    }
    return end;
  }
}
