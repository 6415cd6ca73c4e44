package org.nightjar.config;

import java.util.Map;
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
                "For times: a Spark datetime pattern, `epoch-seconds`, `epoch-millis`, `epoch-micros` or `epoch-nanos`. Default: ISO-8601.",
            byDefault = Setting.NONE)
        String format,
    @Setting(value = "For times without an offset: the time zone they are in.", byDefault = "UTC")
        String zone,
    @Setting(
            value =
                "For category paths: what separates the levels; without it the text is one level.",
            byDefault = Setting.NONE)
        String separator,
    @Setting(
            value =
                "For numbers written as text: the decimal separator, `.` or `,`; the other one then groups thousands. Without it,"
                    + " texts are read where they can mean one number only: `1.5`, `1,5`, `$1,234.50`, `1.234,50 €`, `CHF"
                    + " 1'234.50`, but not `1,234`.",
            byDefault = Setting.NONE)
        String decimal,
    @Setting(
            value =
                "Codes of the source, each with the text that is read in its place, such as `{D: false, Y: true}` for"
                    + " `available`; '' means missing. Codes are spelled exactly, blanks around them aside.",
            byDefault = "{}")
        Map<String, String> values) {
  public ColumnMapping {
    Require.that(
        Stream.of(column, expr, value).filter(v -> v != null).count() == 1,
        "exactly one of column, expr and value must be given");
    Require.that(
        decimal == null || decimal.equals(".") || decimal.equals(","),
        "decimal is '%s' but must be '.' or ','",
        decimal);
  }

  /** The mapping that a plain text stands for. */
  public static ColumnMapping of(String column) {
    return new ColumnMapping(column, null, null, null, "UTC", null, null, Map.of());
  }
}
