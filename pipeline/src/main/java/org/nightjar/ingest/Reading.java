package org.nightjar.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.try_to_timestamp;
import static org.apache.spark.sql.functions.when;
import static org.nightjar.ingest.SparkApi.tryCast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.nightjar.config.ColumnMapping;
import org.nightjar.config.EpochUnit;

/**
 * How a source value becomes a canonical one. Every expression gives null for what it cannot read
 * and never fails, whatever Spark's ANSI setting.
 */
final class Reading {
  /** Blank, tabulator, line ends, no-break space, byte order mark. */
  private static final String BLANKS = " \t\r\n\u00a0\ufeff";

  private static final String UTC = "UTC";
  private static final String NUMBER = "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$";

  /** A date, perhaps a time of day, perhaps an offset or zone: nothing that reads today's date. */
  private static final String ISO =
      "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?.*)?$";

  private static final String ISO_WITH_OFFSET = "^[^T ]+[T ][0-9:.]+ *[^0-9:. ].*$";

  /** Datetime pattern letters that carry a zone or offset. */
  private static final String ZONE_LETTERS = "[VzOXxZ]";

  private static final int SHOWN_CHARS = 80;

  private Reading() {}

  /** The value as trimmed text; null when blank. Whole doubles lose their {@code .0}. */
  static Column text(Column value, DataType type) {
    Column trimmed = trim(asText(value, type), BLANKS);
    return when(length(trimmed).gt(0), trimmed);
  }

  /** The value as text, untrimmed; null when blank. */
  static Column spelled(Column value, DataType type) {
    Column text = asText(value, type);
    return when(length(trim(text, BLANKS)).gt(0), text);
  }

  /** The value as text, untrimmed, NaN and infinity included; null when blank. For people. */
  static Column shown(Column value, DataType type) {
    Column text = anyText(value, type);
    return when(length(trim(text, BLANKS)).gt(0), text);
  }

  /**
   * An id as trimmed text; null when blank, when it stands for a missing one, and for infinity of a
   * column of numbers.
   *
   * @param missing texts that mean a missing id, spelled exactly
   */
  static Column id(Column text, DataType type, List<String> missing) {
    List<String> never = new ArrayList<>(missing);
    if (type instanceof DoubleType || type instanceof FloatType) {
      never.addAll(List.of("Infinity", "-Infinity"));
    }
    return never.isEmpty() ? text : when(text.isin(never.toArray()).unary_$bang(), text);
  }

  /** A text, or what the mapping says that its code means; null where that is nothing. */
  static Column meant(Column text, ColumnMapping mapping) {
    Column code = trim(text, BLANKS);
    Column meaning = text;
    for (Map.Entry<String, String> entry : mapping.values().entrySet()) {
      String meant = entry.getValue().strip();
      meaning =
          when(
                  code.equalTo(entry.getKey().strip()),
                  meant.isEmpty() ? lit(null).cast(DataTypes.StringType) : lit(meant))
              .otherwise(meaning);
    }
    return meaning;
  }

  /** NaN, which is how programs without nulls write a missing number, becomes null. */
  private static Column asText(Column value, DataType type) {
    Column text = anyText(value, type);
    return type instanceof DoubleType || type instanceof FloatType
        ? when(functions.isnan(value).unary_$bang(), text)
        : text;
  }

  private static Column anyText(Column value, DataType type) {
    if (type instanceof StringType) {
      return value;
    }
    if (type instanceof StructType || type instanceof ArrayType || type instanceof MapType) {
      return to_json(value);
    }
    if (type instanceof DoubleType || type instanceof FloatType) {
      Column whole = tryCast(value, DataTypes.LongType);
      return when(whole.cast(DataTypes.DoubleType).equalTo(value), whole.cast(DataTypes.StringType))
          .otherwise(value.cast(DataTypes.StringType));
    }
    return value.cast(DataTypes.StringType);
  }

  /** The canonical value of a source value, given also as text. */
  static Column value(Kind kind, Column value, Column text, DataType type, ColumnMapping mapping) {
    return switch (kind) {
      case TEXT -> text;
      case NUMBER -> number(text, type, mapping);
      case TIME -> time(value, text, type, mapping);
      case FLAG -> flag(text);
      case PATH -> path(value, text, type, mapping.separator());
    };
  }

  /** A finite double; of texts also as people write them, see {@link MoneyText}. */
  private static Column number(Column text, DataType type, ColumnMapping mapping) {
    if (!(type instanceof StringType)) {
      return number(text);
    }
    Column written = MoneyText.number(text, mapping.decimal());
    return ",".equals(mapping.decimal())
        ? written
        : when(text.rlike(NUMBER), number(text)).otherwise(written);
  }

  /** A finite double, decimal point, perhaps an exponent. */
  private static Column number(Column text) {
    Column parsed = tryCast(text, DataTypes.DoubleType);
    return when(text.rlike(NUMBER).and(functions.abs(parsed).leq(lit(Double.MAX_VALUE))), parsed);
  }

  private static Column time(Column value, Column text, DataType type, ColumnMapping mapping) {
    String format = mapping.format();
    if (type instanceof TimestampType) {
      return when(text.isNotNull(), value); // no text: its code means missing
    }
    Optional<EpochUnit> unit = EpochUnit.of(format);
    if (unit.isPresent()) {
      Column rounded = round(number(text).multiply(lit(unit.get().micros())));
      return timestamp_micros(tryCast(rounded, DataTypes.LongType));
    }
    if (!(type instanceof StringType)) {
      // Dates and timestamps without a zone.
      return inZone(tryCast(text, DataTypes.TimestampType), mapping);
    }
    if (format != null) {
      Column parsed = try_to_timestamp(text, lit(format));
      boolean carriesZone =
          Pattern.compile(ZONE_LETTERS).matcher(format.replaceAll("'[^']*'", "")).find();
      return carriesZone ? parsed : inZone(parsed, mapping);
    }
    Column parsed = tryCast(text, DataTypes.TimestampType);
    Column local = inZone(parsed, mapping);
    return when(text.rlike(ISO_WITH_OFFSET), when(text.rlike(ISO), parsed))
        .when(text.rlike(ISO), local);
  }

  /** A time read as UTC, taken for local time of the mapping's zone instead. */
  private static Column inZone(Column time, ColumnMapping mapping) {
    return mapping.zone() == null || mapping.zone().equals(UTC)
        ? time
        : to_utc_timestamp(time, mapping.zone());
  }

  private static Column flag(Column text) {
    Column folded = lower(text);
    // With decimals where something was missing in a table of pandas.
    return when(folded.isin("true", "t", "yes", "y", "1", "1.0"), lit(true))
        .when(folded.isin("false", "f", "no", "n", "0", "0.0"), lit(false));
  }

  private static Column path(Column value, Column text, DataType type, String separator) {
    Column levels;
    if (type instanceof ArrayType array) {
      levels = transform(value, level -> text(level, array.elementType()));
    } else if (separator == null) {
      levels = functions.array(text);
    } else {
      levels =
          transform(
              split(text, Pattern.quote(separator)), level -> text(level, DataTypes.StringType));
    }
    Column named = functions.filter(levels, Column::isNotNull);
    return when(size(coalesce(named, functions.array())).gt(0), named);
  }

  /** Why a text did not parse, for people: {@code 'abc' is not a number}. */
  static Column complaint(Kind kind, Column text, ColumnMapping mapping) {
    Column shown = concat(lit("'"), substring(text, 1, SHOWN_CHARS), lit("' is not "));
    String wanted = kind.noun;
    if (kind == Kind.TIME) {
      wanted += mapping.format() == null ? " in ISO-8601" : " in format " + mapping.format();
    }
    return concat(shown, lit(wanted));
  }

  /** Whether a kind can fail to parse. */
  static boolean canFail(Kind kind) {
    return kind == Kind.NUMBER || kind == Kind.TIME || kind == Kind.FLAG;
  }

  /** Whether a type holds numbers. */
  static boolean isNumeric(DataType type) {
    return type instanceof NumericType;
  }

  /** A column of that name, dots and backticks included. */
  static Column named(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
