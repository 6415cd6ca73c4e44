package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.config.Configuration;
import org.nightjar.run.Plan;
import org.nightjar.run.Planning;
import org.nightjar.run.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plan}: what {@code run} would do, with sizes, memory and time; see {@link Planning}. */
@Command(
    name = "plan",
    description = {
      "What 'run' would do: stages, sizes of the sources, memory and time. Reads file sizes,",
      "Parquet footers and heads of text files only. Ends with exit code 2 when memory cannot do."
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  private static final double MEBIBYTE = 1 << 20;

  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.configuration();
    try (SparkSession spark = options.session(configuration)) {
      Plan plan = Planning.of(spark, configuration);
      print(plan, spec.commandLine().getOut());
      Planning.requireFits(plan);
    }
    return ExitCode.DONE;
  }

  private static void print(Plan plan, PrintWriter out) {
    TextTable inputs = new TextTable("source", "files", "MiB", "rows", "rows known");
    plan.inputs()
        .forEach(
            input ->
                inputs.add(
                    input.source(),
                    input.files(),
                    mebibytes(input.bytes()),
                    input.rows(),
                    input.basis()));
    inputs.print(out);
    Plan.Volume volume = plan.volume();
    out.printf(
        Locale.ROOT,
        "%nUp to %,d users (%,d get a list), %,d items, %,d events (%s)%n%n",
        volume.users(),
        volume.requested(),
        volume.items(),
        volume.events(),
        volume.basis());
    TextTable steps = new TextTable("stage", "would", "about", "estimated from");
    plan.steps()
        .forEach(
            step ->
                steps.add(
                    step.stage(), step.action(), Progress.duration(step.seconds()), step.basis()));
    steps.add("all", null, Progress.duration(plan.seconds()), null);
    steps.print(out);
    out.println();
    TextTable needs = new TextTable("in memory", "stage", "driver MiB", "executor MiB");
    plan.needs()
        .forEach(
            need ->
                needs.add(
                    need.what(),
                    need.stage(),
                    mebibytes(need.driverBytes()),
                    mebibytes(need.executorBytes())));
    needs.print(out);
    out.println();
    plan.heaps()
        .forEach(
            heap ->
                out.printf(
                    Locale.ROOT,
                    "Heap of the %s: %,d of %,d MiB needed, most in stage %s%n",
                    heap.jvm(),
                    mebibytes(heap.neededBytes()),
                    mebibytes(heap.bytes()),
                    heap.stage()));
  }

  private static long mebibytes(long bytes) {
    return (long) Math.ceil(bytes / MEBIBYTE);
  }
}
