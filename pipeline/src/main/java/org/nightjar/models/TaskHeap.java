package org.nightjar.models;

import org.apache.spark.SparkContext;
import org.apache.spark.network.util.JavaUtils;

/**
 * The memory that tasks share.
 *
 * @param bytes of the heap of an executor, or of this JVM where it runs the tasks itself
 * @param tasks that may be at work in it at a time, at least 1
 */
public record TaskHeap(long bytes, int tasks) {
  private static final String EXECUTOR_MEMORY = "spark.executor.memory";
  private static final String EXECUTOR_CORES = "spark.executor.cores";
  private static final String DEFAULT_EXECUTOR_MEMORY = "1g";

  /** Of a Spark that runs. */
  public static TaskHeap of(SparkContext context) {
    return context.isLocal()
        ? new TaskHeap(Runtime.getRuntime().maxMemory(), Math.max(1, context.defaultParallelism()))
        : new TaskHeap(
            JavaUtils.byteStringAsBytes(
                context.conf().get(EXECUTOR_MEMORY, DEFAULT_EXECUTOR_MEMORY)),
            Math.max(1, context.conf().getInt(EXECUTOR_CORES, 1)));
  }

  long bytesPerTask() {
    return bytes / tasks;
  }
}
