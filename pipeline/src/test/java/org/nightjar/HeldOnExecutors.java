package org.nightjar;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import scala.Option;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** What is cached and broadcast: cached RDDs, and broadcasts but for those that are Spark's own. */
public final class HeldOnExecutors {
  private HeldOnExecutors() {}

  /** Names of all of it, such as {@code rdd 7} and {@code broadcast_9 [I}. */
  public static Set<String> names(SparkSession spark) {
    Set<String> names = new TreeSet<>();
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .getPersistentRDDs()
        .keySet()
        .forEach(id -> names.add("rdd " + id));
    BlockManager blocks = SparkEnv.get().blockManager();
    for (BlockId id :
        CollectionConverters.asJava(blocks.getMatchingBlockIds(BlockId::isBroadcast))) {
      if (id.name().contains("piece")) {
        continue;
      }
      Option<BlockResult> found = blocks.getLocalValues(id);
      if (found.isDefined()) {
        Iterator<?> values = found.get().data();
        String type = values.next().getClass().getName();
        while (values.hasNext()) { // the lock is released at the end
          values.next();
        }
        if (!type.equals("[B") && !type.contains("org.apache.spark") && !type.contains("breeze")) {
          names.add(id.name() + " " + type);
        }
      }
    }
    return names;
  }

  /**
   * What came since and stays. Spark removes what is released on threads of its own, so while there
   * is more than expected this looks again, for at most 20 seconds.
   *
   * @param expected how many are to stay
   */
  public static Set<String> since(Set<String> before, SparkSession spark, int expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      Set<String> added = new TreeSet<>(names(spark));
      added.removeAll(before);
      if (added.size() <= expected || System.nanoTime() > deadline) {
        return added;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** What came since and stays where nothing is to stay. */
  public static Set<String> since(Set<String> before, SparkSession spark) {
    return since(before, spark, 0);
  }
}
