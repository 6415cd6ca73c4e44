package org.nightjar.generate;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRow;
import org.apache.spark.sql.types.StructType;
import org.nightjar.table.Events;
import org.nightjar.table.Items;

/**
 * What goes wrong in a shop's data. Each kind spoils one column of a row, or writes the row twice;
 * a spoilt row has one kind, each as likely as the others.
 */
final class Dirt {
  private static final int MANY = 1_000_000;

  static final List<Kind> OF_USERS =
      List.of(
          Kind.duplicate(),
          new Kind("missing age", ShopTables.AGE, draws -> null),
          new Kind("impossible age", ShopTables.AGE, draws -> draws.chance(0.5) ? -1 : 199),
          new Kind("odd spelling", ShopTables.GENDER, draws -> draws.chance(0.5) ? " FEMALE" : "M"),
          new Kind("missing region", ShopTables.REGION, draws -> "n/a"),
          new Kind("missing income", ShopTables.INCOME, draws -> null));

  static final List<Kind> OF_ITEMS =
      List.of(
          Kind.duplicate(),
          new Kind("missing category", Items.CATEGORY, draws -> null),
          new Kind("bad price", Items.PRICE, draws -> draws.chance(0.5) ? 0.0 : -9.99),
          new Kind("missing text", Items.TEXT, draws -> null),
          new Kind("malformed launch", Items.LAUNCHED_AT, draws -> "soon"));

  static final List<Kind> OF_EVENTS =
      List.of(
          Kind.duplicate(),
          new Kind("missing user", Events.USER_ID, draws -> null),
          new Kind("unknown user", Events.USER_ID, draws -> "X" + draws.below(MANY)),
          new Kind("unknown item", Events.ITEM_ID, draws -> "X" + draws.below(MANY)),
          new Kind("malformed time", Events.EVENT_AT, draws -> "31.02.20xx 25:61"),
          new Kind("time out of window", Events.EVENT_AT, draws -> "1970-01-01T00:00:00Z"),
          new Kind("bad amount", Events.AMOUNT, draws -> draws.chance(0.5) ? 0.0 : -1.0),
          new Kind("absurd quantity", Events.QUANTITY, draws -> MANY));

  private Dirt() {}

  /**
   * One thing that goes wrong.
   *
   * @param column the spoilt one; null: the row comes twice
   * @param value what stands there
   */
  record Kind(String name, String column, Function<Draws, Object> value) {
    static Kind duplicate() {
      return new Kind("duplicate", null, draws -> null);
    }
  }

  /**
   * The rows, some of them spoilt.
   *
   * @param clean values in the order of the schema, the last one null
   * @param share how many are spoilt
   */
  static Iterator<Row> spoil(
      Iterator<Object[]> clean, StructType schema, List<Kind> kinds, double share, Draws draws) {
    return new Iterator<>() {
      private Object[] again;

      @Override
      public boolean hasNext() {
        return again != null || clean.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        if (again != null) {
          Row second = new GenericRow(again);
          again = null;
          return second;
        }
        Object[] values = clean.next();
        if (draws.chance(share)) {
          Kind kind = kinds.get(draws.below(kinds.size()));
          if (kind.column() == null) {
            again = values.clone();
            again[values.length - 1] = kind.name();
          } else {
            values[schema.fieldIndex(kind.column())] = kind.value().apply(draws);
            values[values.length - 1] = kind.name();
          }
        }
        return new GenericRow(values);
      }
    };
  }
}
