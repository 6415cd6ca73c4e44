package org.nightjar.config;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.nightjar.Setting;

/**
 * docs/CONFIGURATION.md, generated from the records: one section per record, one row per key with
 * its type, default and meaning. A test holds the file to this text.
 */
public final class ConfigurationReference {
  private static final String HEAD =
      """
      # Configuration

      <!-- Generated from the configuration records; edit their @Setting texts or the class
           ConfigurationReference, then run
           ./mvnw -pl pipeline test -Dtest=ConfigurationReferenceTest -Dnightjar.docs.write=true -->

      A configuration is one YAML file (JSON works too). `scripts/nightjar validate --conf FILE`
      checks it and the sources without training and lists every problem at once, each with its
      place and a suggestion. The shipped files are starting points: `conf/sample.yaml`,
      `conf/online-retail.yaml`, `conf/movielens-1m.yaml`, and `conf/templates/minimal.yaml` for
      data of your own.

      ## How values are written

      - **Defaults.** A key that is absent, or has no value, takes its default. Only keys marked
        *required* must be given. A section that is left out has the defaults of all its keys.
      - **Environment.** `${NAME}` in a value is replaced by the environment variable `NAME`, and
        `${NAME:-default}` by the default when the variable is unset or empty. A missing variable is
        a problem, unless `--set` replaces the value. `$${` is a literal `${`. The result is read as
        if it stood in the file: with `N=20`, `listLength: ${N}` is a number. Keep passwords there
        instead of in the file.
      - **`--set path.to.key=value`** on the command line overrides the file and may be repeated.
        The value is YAML: `--set evaluation.ks=[5,10]`. Entries of lists are counted from 0:
        `--set sources.events.0.path=/data/purchases.csv`; the index after the last one appends. Map
        keys may hold dots: `--set clean.ranges.events.quantity.min=1`,
        `--set spark.spark.sql.shuffle.partitions=64`. Keys that the file lacks are created. An
        empty value (`--set cutoff=`) brings the default back.
      - **Short forms.** A single value may stand where a list is expected (`path: purchases.csv`;
        one mapping as `events`), and a text where a column mapping is expected:
        `user_id: customer` is `user_id: {column: customer}`.
      - **Quotes** matter only where YAML needs them: a value is read as its key demands, so that
        `missing: [007, n/a]` are the texts `007` and `n/a`. YAML aliases (`*name`) are not
        supported, keys may not be repeated, the file is UTF-8.
      - **Times** are ISO-8601 instants (`2017-12-01T02:00:00Z`, or with an offset) or dates
        (`2017-12-01`, its start), UTC unless an offset is given.
      - **Names** that stand for columns are those of the canonical tables (users, items, events)
        and of the attributes that the configuration declares.
      - How ids, times, numbers and flags of the sources are read, and what happens to those that
        cannot be: [VALUES](VALUES.md).
      - An event source that maps no `event_type` holds purchases (`purchase`).

      In the tables below, `<name>` is a name of your choice and `<n>` an index from 0.
      """;

  private final Map<Class<?>, Set<String>> places = new LinkedHashMap<>();

  private ConfigurationReference() {
    Deque<Map.Entry<Type, String>> open = new ArrayDeque<>();
    open.add(Map.entry(Configuration.class, ""));
    while (!open.isEmpty()) {
      Map.Entry<Type, String> next = open.removeFirst();
      Deque<Map.Entry<Type, String>> children = new ArrayDeque<>();
      visit(next.getKey(), next.getValue(), children);
      while (!children.isEmpty()) {
        open.addFirst(children.removeLast());
      }
    }
  }

  /** The whole page. */
  public static String markdown() {
    ConfigurationReference reference = new ConfigurationReference();
    StringBuilder page = new StringBuilder(HEAD);
    reference.places.forEach((type, at) -> page.append(section(type, at)));
    return page.toString();
  }

  private void visit(Type type, String place, Deque<Map.Entry<Type, String>> children) {
    if (Shape.isList(type)) {
      children.add(Map.entry(Shape.elementOf(type), place + ".<n>"));
    } else if (Shape.isMap(type)) {
      children.add(Map.entry(Shape.elementOf(type), place + ".<name>"));
    } else if (Shape.isVariant(type)) {
      Shape.variantsOf(Shape.raw(type)).values().forEach(v -> children.add(Map.entry(v, place)));
    } else if (Shape.isRecord(type)) {
      Class<?> raw = Shape.raw(type);
      places.computeIfAbsent(raw, r -> new LinkedHashSet<>()).add(place);
      Shape.keysOf(raw)
          .forEach(
              (key, component) ->
                  children.add(Map.entry(component.getGenericType(), Problems.at(place, key))));
    }
  }

  private static String section(Class<?> type, Set<String> places) {
    StringBuilder section = new StringBuilder("\n## " + title(type) + "\n\n");
    if (type != Configuration.class) {
      StringJoiner at = new StringJoiner(", ", "At ", ".\n\n");
      places.forEach(place -> at.add("`" + place + "`"));
      section.append(at);
    }
    section.append("| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
    if (isVariant(type)) {
      section.append(
          String.format(
              "| `%s` | `%s` | *required* | Picks this model. |\n",
              Shape.TYPE, Shape.variantName(type)));
    }
    Shape.keysOf(type).values().forEach(component -> section.append(row(component)));
    return section.toString();
  }

  private static String row(RecordComponent component) {
    Setting setting = Shape.settingOf(component);
    String byDefault =
        Shape.isRequired(setting)
            ? "*required*"
            : setting.byDefault().equals(Setting.NONE)
                    && !Shape.hasNullConstant(component.getGenericType())
                ? "–"
                : "`" + setting.byDefault() + "`";
    return String.format(
        "| `%s` | %s | %s | %s |\n",
        component.getName(),
        typeOf(component.getGenericType()),
        cell(byDefault),
        cell(setting.value()));
  }

  private static String typeOf(Type type) {
    Class<?> raw = Shape.raw(type);
    if (Shape.isList(type)) {
      return "list of " + typeOf(Shape.elementOf(type));
    }
    if (Shape.isMap(type)) {
      return "map of name to " + typeOf(Shape.elementOf(type));
    }
    if (Shape.isVariant(type)) {
      StringJoiner links = new StringJoiner(" or ");
      Shape.variantsOf(raw).values().forEach(variant -> links.add(link(variant)));
      return links.toString();
    }
    if (Shape.isRecord(type)) {
      return link(raw);
    }
    if (raw.isEnum()) {
      StringJoiner names = new StringJoiner(", ", "one of ", "");
      KebabCase.namesOf(raw).forEach(name -> names.add("`" + name + "`"));
      return names.toString();
    }
    return Scalars.kind(raw);
  }

  private static boolean isVariant(Class<?> type) {
    return Arrays.stream(type.getInterfaces()).anyMatch(Class::isSealed);
  }

  private static String title(Class<?> type) {
    if (type == Configuration.class) {
      return "Top level";
    }
    if (isVariant(type)) {
      return "Model " + Shape.variantName(type);
    }
    String words = type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return words.substring(0, 1) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String link(Class<?> type) {
    String title = title(type);
    return String.format(
        "[%s](#%s)",
        title.toLowerCase(Locale.ROOT), title.toLowerCase(Locale.ROOT).replace(' ', '-'));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
