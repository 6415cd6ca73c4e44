package org.nightjar.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.nightjar.rank.kernel.SparkScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work that does not depend on each other side by side, so that one piece's planning and
 * driver work fills the other's gaps. Results never depend on it.
 */
final class Together {
  /** Few, because each piece holds its tables in memory while it runs. */
  private static final int THREADS = 2;

  /** How long work that was cancelled may take to notice. */
  private static final long STOP_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(Together.class);

  private Together() {}

  /** Runs all; the first failure, in the order given, is thrown once everything has stopped. */
  static void run(List<Runnable> work) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> running = new ArrayList<>();
      work.forEach(piece -> running.add(threads.submit(SparkScope.carried(piece))));
      for (Future<?> piece : running) {
        await(piece);
      }
    } finally {
      stop(threads);
    }
  }

  private static void stop(ExecutorService threads) {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("work that was cancelled goes on"); // not thrown: it would hide the failure
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(Future<?> piece) {
    try {
      piece.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stages ran", e);
    }
  }
}
