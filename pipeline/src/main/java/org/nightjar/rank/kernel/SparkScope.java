package org.nightjar.rank.kernel;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what a piece of work leaves with the executors: every broadcast made by {@link Broadcasts}
 * and everything cached by {@link #persisted} while it runs belongs to the innermost scope of the
 * thread, which releases it when the work ends, also by a failure.
 *
 * <p>Datasets are evaluated late, so a scope must reach as far as the rows that need what it owns:
 * to the end of the write. A stage runs in a scope ({@code run.Night}), and so does the fit of each
 * model with the writing of its tables ({@code run.ModelStage}), which may run side by side. What
 * is made outside of any scope, as by tests, is left to Spark, which releases it when nothing
 * refers to it any more.
 */
public final class SparkScope {
  private static final Logger LOG = LoggerFactory.getLogger(SparkScope.class);
  private static final ThreadLocal<SparkScope> CURRENT = new ThreadLocal<>();

  /** Cached rows, and how each is released. */
  private final IdentityHashMap<Object, Runnable> cached = new IdentityHashMap<>();

  /** Weak, so that Spark may release what the lineage of nothing needs any more before the end. */
  private final List<WeakReference<Broadcast<?>>> broadcasts = new ArrayList<>();

  private SparkScope() {}

  /** Does work in a scope of its own; all that it returns must be evaluated. */
  public static <T> T call(Supplier<T> work) {
    SparkScope outer = CURRENT.get();
    SparkScope scope = new SparkScope();
    CURRENT.set(scope);
    try {
      return work.get();
    } finally {
      restore(outer);
      scope.releaseAll();
    }
  }

  /** Does work in a scope of its own. */
  public static void run(Runnable work) {
    call(
        () -> {
          work.run();
          return null;
        });
  }

  /** The same work for another thread, where it belongs to the scope of this one. */
  public static Runnable carried(Runnable work) {
    SparkScope scope = CURRENT.get();
    return () -> {
      SparkScope before = CURRENT.get();
      restore(scope);
      try {
        work.run();
      } finally {
        restore(before);
      }
    };
  }

  private static void restore(SparkScope scope) {
    if (scope == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(scope);
    }
  }

  /** Caches rows in memory, on disk what has no room there, until the scope ends. */
  public static Dataset<Row> persisted(Dataset<Row> rows) {
    Dataset<Row> cached = rows.persist(StorageLevel.MEMORY_AND_DISK());
    own(cached, cached::unpersist);
    return cached;
  }

  /** Caches rows in memory, on disk what has no room there, until the scope ends. */
  public static <T> JavaRDD<T> persisted(JavaRDD<T> rows) {
    JavaRDD<T> cached = rows.persist(StorageLevel.MEMORY_AND_DISK());
    own(cached, cached::unpersist);
    return cached;
  }

  /** Releases cached rows before the scope ends. */
  public static void release(Dataset<Row> cached) {
    disown(cached);
    cached.unpersist();
  }

  /** Releases cached rows before the scope ends. */
  public static void release(JavaRDD<?> cached) {
    disown(cached);
    cached.unpersist();
  }

  /** Releases a broadcast before the scope ends; nothing may read it any more. */
  public static void release(Broadcast<?> broadcast) {
    SparkScope scope = CURRENT.get();
    if (scope != null) {
      synchronized (scope) {
        scope.broadcasts.removeIf(held -> held.refersTo(broadcast));
      }
    }
    broadcast.destroy();
  }

  /** Makes a broadcast the scope's. */
  static <T> Broadcast<T> owned(Broadcast<T> broadcast) {
    SparkScope scope = CURRENT.get();
    if (scope != null) {
      synchronized (scope) {
        scope.broadcasts.add(new WeakReference<>(broadcast));
      }
    }
    return broadcast;
  }

  private static void own(Object held, Runnable release) {
    SparkScope scope = CURRENT.get();
    if (scope != null) {
      synchronized (scope) {
        scope.cached.put(held, release);
      }
    }
  }

  private static void disown(Object held) {
    SparkScope scope = CURRENT.get();
    if (scope != null) {
      synchronized (scope) {
        scope.cached.remove(held);
      }
    }
  }

  private synchronized void releaseAll() {
    cached.values().forEach(SparkScope::attempt);
    cached.clear();
    for (WeakReference<Broadcast<?>> held : broadcasts) {
      Broadcast<?> broadcast = held.get();
      if (broadcast != null) {
        attempt(broadcast::destroy);
      }
    }
    broadcasts.clear();
  }

  /** A release that fails, such as on a session that was stopped, hides no other failure. */
  private static void attempt(Runnable release) {
    try {
      release.run();
    } catch (Exception e) { // Spark throws checked ones undeclared
      LOG.warn("what was broadcast or cached could not be released", e);
    }
  }
}
