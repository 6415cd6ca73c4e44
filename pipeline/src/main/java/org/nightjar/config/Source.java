package org.nightjar.config;

import java.util.List;
import java.util.Map;
import org.nightjar.Require;
import org.nightjar.Setting;

/** One source: a Spark format, a path or table, read options and a column mapping. */
public record Source(
    @Setting(
            value =
                "Name in rejects and counts; needed only when there are several event sources. The rule is that of models' names; those"
                    + " of the other tables (`users`, `denied`, …) are taken.",
            byDefault = Setting.NONE)
        String name,
    @Setting("Spark data source: csv, json, parquet, orc, jdbc, delta, iceberg, …") String format,
    @Setting(value = "Files or folders; globs are allowed.", byDefault = "[]") List<String> path,
    @Setting(value = "A catalogue table, instead of `path`.", byDefault = Setting.NONE)
        String table,
    @Setting(
            value =
                "Read options of the format, such as `header`, `sep`, `encoding`, `url`, `dbtable`.",
            byDefault = "{}")
        Map<String, String> options,
    @Setting(
            value = "Column names of the file in order, for CSV without a header.",
            byDefault = "[]")
        List<String> header,
    @Setting(
            "From canonical column to source column: a name, or `column`, `expr` or `value` with `format`, `zone`,"
                + " `separator`.")
        Map<String, ColumnMapping> columns) {
  public Source {
    Require.that(
        table == null || path.isEmpty(), "both path and table are given; remove one of them");
  }

  /** This source under a name, unless it has one. */
  public Source named(String fallback) {
    return name == null
        ? new Source(fallback, format, path, table, options, header, columns)
        : this;
  }
}
