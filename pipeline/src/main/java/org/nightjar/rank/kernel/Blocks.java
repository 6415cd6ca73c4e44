package org.nightjar.rank.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** Lazily turns users into other rows, {@link BlockScan#USERS} of them at a time. */
final class Blocks implements Iterator<Row> {
  private final Iterator<Row> users;
  private final Function<List<Row>, List<Row>> work;
  private Iterator<Row> done = Collections.emptyIterator();

  Blocks(Iterator<Row> users, Function<List<Row>, List<Row>> work) {
    this.users = users;
    this.work = work;
  }

  @Override
  public boolean hasNext() {
    while (!done.hasNext() && users.hasNext()) {
      List<Row> block = new ArrayList<>(BlockScan.USERS);
      while (block.size() < BlockScan.USERS && users.hasNext()) {
        block.add(users.next());
      }
      done = work.apply(block).iterator();
    }
    return done.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return done.next();
  }
}
