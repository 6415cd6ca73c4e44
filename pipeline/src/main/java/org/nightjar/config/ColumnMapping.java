package org.nightjar.config;

import java.util.stream.Stream;
import org.nightjar.Require;
import org.nightjar.Setting;

/**
 * Where a canonical column comes from. In YAML a plain text is short for {@code {column: text}}.
 */
public record ColumnMapping(
    @Setting(value = "Name of the source column.", byDefault = Setting.NONE) String column,
    @Setting(value = "A Spark SQL expression over the source columns.", byDefault = Setting.NONE)
        String expr,
    @Setting(value = "A constant.", byDefault = Setting.NONE) String value,
    @Setting(
            value =
                "For times: a Spark datetime pattern, `epoch-seconds` or `epoch-millis`. Default: ISO-8601.",
            byDefault = Setting.NONE)
        String format,
    @Setting(value = "For times without an offset: the time zone they are in.", byDefault = "UTC")
        String zone,
    @Setting(
            value =
                "For category paths: what separates the levels; without it the text is one level.",
            byDefault = Setting.NONE)
        String separator) {
  public ColumnMapping {
    Require.that(
        Stream.of(column, expr, value).filter(v -> v != null).count() == 1,
        "exactly one of column, expr and value must be given");
  }

  /** The mapping that a plain text stands for. */
  public static ColumnMapping of(String column) {
    return new ColumnMapping(column, null, null, null, "UTC", null);
  }
}
