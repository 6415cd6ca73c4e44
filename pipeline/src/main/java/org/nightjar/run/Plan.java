package org.nightjar.run;

import java.util.List;

/**
 * What a run would do, before it is done: nothing is read but file sizes, Parquet footers and heads
 * of text files, except where a source tells neither its rows nor its ids.
 *
 * @param name the configuration's name
 * @param inputs the sources, as they are configured
 * @param volume what the run would work on
 * @param steps the stages in order
 * @param needs what must be in memory at once, largest first
 * @param heaps how that fits
 */
public record Plan(
    String name,
    List<Input> inputs,
    Volume volume,
    List<Step> steps,
    List<Need> needs,
    List<Heap> heaps) {
  public Plan {
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
    needs = List.copyOf(needs);
    heaps = List.copyOf(heaps);
  }

  /** What a stage would do. */
  public enum Action {
    /** It runs. A run that takes up what an earlier one finished would add one that skips. */
    RUN;

    /** In lower case, for people. */
    @Override
    public String toString() {
      return "run";
    }
  }

  /**
   * A source.
   *
   * @param files 0 for tables
   * @param bytes as stored; 0 for tables
   * @param rows exact or estimated
   * @param basis how the rows are known
   */
  public record Input(String source, int files, long bytes, long rows, String basis) {}

  /**
   * What a run works on; upper bounds where cleaning would drop something.
   *
   * @param users known users
   * @param requested users who get a list
   * @param items catalogue
   * @param events interactions
   * @param basis how they are known
   */
  public record Volume(long users, long requested, long items, long events, String basis) {}

  /**
   * A stage.
   *
   * @param seconds estimated
   * @param basis of the estimate
   */
  public record Step(String stage, Action action, double seconds, String basis) {}

  /**
   * Something that must be in memory as a whole.
   *
   * @param what for people
   * @param stage when
   * @param driverBytes on the driver
   * @param executorBytes on every executor
   */
  public record Need(String what, String stage, long driverBytes, long executorBytes) {}

  /**
   * A heap and what it must hold.
   *
   * @param jvm {@code driver}, {@code executor}, or {@code driver and executor} where they are one
   * @param neededBytes in the stage that needs most
   * @param stage that stage
   * @param bytes the heap's most
   */
  public record Heap(String jvm, long neededBytes, String stage, long bytes) {
    /** Whether it can do. */
    public boolean fits() {
      return neededBytes <= bytes;
    }
  }

  /** Estimated time of all stages together. */
  public double seconds() {
    return steps.stream().mapToDouble(Step::seconds).sum();
  }
}
