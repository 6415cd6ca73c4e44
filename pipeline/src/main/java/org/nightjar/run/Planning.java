package org.nightjar.run;

import static org.apache.spark.sql.functions.approx_count_distinct;
import static org.apache.spark.sql.functions.col;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaning;
import org.nightjar.config.Configuration;
import org.nightjar.config.Source;
import org.nightjar.config.Sources;
import org.nightjar.ingest.Ingest;
import org.nightjar.ingest.Ingested;
import org.nightjar.models.TaskHeap;
import org.nightjar.publish.Releases;
import org.nightjar.table.Items;
import org.nightjar.table.Users;

/** Finds out what a run would do; see {@link Plan}. */
public final class Planning {
  /** Spark setting: false lets a run begin that cannot fit by these estimates. */
  static final String CHECK = "spark.nightjar.checkMemory";

  private static final String USERS = "users";
  private static final String ITEMS = "items";
  private static final String EVENTS = "events";
  private static final String REQUESTED = "requested";

  private Planning() {}

  /**
   * Plans a run with this JVM as its driver.
   *
   * @throws InputException with every problem of configuration and sources
   */
  public static Plan of(SparkSession spark, Configuration configuration) {
    List<String> problems = new ArrayList<>(Cleaning.check(configuration));
    problems.addAll(Ingest.check(spark, configuration));
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    List<Plan.Input> inputs = inputs(spark, configuration.sources());
    Plan.Volume volume = volume(spark, configuration, inputs, false);
    if (!problems(spark, needs(spark, configuration, volume)).isEmpty()) {
      volume = volume(spark, configuration, inputs, true); // rows are an upper bound of the ids
    }
    Releases releases =
        Releases.at(
            configuration.output().path(),
            spark.sparkContext().hadoopConfiguration(),
            Clock.systemUTC());
    Optional<StageTimes.Past> last = releases.last().manifest().map(StageTimes.Past::of);
    int cores = Math.max(1, spark.sparkContext().defaultParallelism());
    List<Plan.Need> needs = needs(spark, configuration, volume);
    return new Plan(
        configuration.name(),
        inputs,
        volume,
        new StageTimes(configuration, volume).of(Night.stages(), last, cores),
        needs,
        heaps(spark, needs));
  }

  private static List<Plan.Need> needs(
      SparkSession spark, Configuration configuration, Plan.Volume volume) {
    return new MemoryNeeds(configuration, volume).of(TaskHeap.of(spark.sparkContext()).tasks());
  }

  private static List<Plan.Heap> heaps(SparkSession spark, List<Plan.Need> needs) {
    SparkContext context = spark.sparkContext();
    return MemoryNeeds.heaps(
        needs, Runtime.getRuntime().maxMemory(), TaskHeap.of(context).bytes(), context.isLocal());
  }

  /**
   * Refuses a plan whose memory cannot do.
   *
   * @throws InputException with a sentence for each heap that is too small
   */
  public static void requireFits(Plan plan) {
    List<String> problems = problems(plan.heaps(), plan.needs());
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  private static List<String> problems(List<Plan.Heap> heaps, List<Plan.Need> needs) {
    return heaps.stream()
        .filter(heap -> !heap.fits())
        .map(heap -> MemoryNeeds.problem(heap, needs))
        .toList();
  }

  /**
   * What a run can say of its memory before it reads anything: a sentence for each heap that is too
   * small for the catalogue. The rows of the items' source are an upper bound; if they do not fit,
   * their ids are counted. Nothing where the items are no source of their own, or where {@link
   * #CHECK} is false.
   */
  static List<String> memoryProblems(SparkSession spark, Configuration configuration) {
    Source items = configuration.sources().items();
    if (items == null) {
      return List.of();
    }
    List<String> problems =
        memoryProblems(
            spark, configuration, ofItems(new InputVolumes(spark).of(ITEMS, items).rows()));
    return problems.isEmpty()
        ? problems
        : memoryProblems(
            spark,
            configuration,
            ofItems(ids(Ingest.read(spark, configuration).items(), Items.ITEM_ID)));
  }

  private static Plan.Volume ofItems(long items) {
    return new Plan.Volume(0, 0, items, 0, ITEMS);
  }

  /** How many ids there are, about. */
  private static long ids(Dataset<Row> rows, String id) {
    return rows.agg(approx_count_distinct(col(id))).head().getLong(0);
  }

  /** The same of what is there after cleaning. */
  static List<String> memoryProblems(
      SparkSession spark, Configuration configuration, Plan.Volume volume) {
    if (!spark.sparkContext().conf().getBoolean(CHECK, true)) {
      return List.of();
    }
    return problems(spark, needs(spark, configuration, volume));
  }

  private static List<String> problems(SparkSession spark, List<Plan.Need> needs) {
    return problems(heaps(spark, needs), needs);
  }

  private static List<Plan.Input> inputs(SparkSession spark, Sources sources) {
    InputVolumes volumes = new InputVolumes(spark);
    List<Plan.Input> inputs = new ArrayList<>();
    add(inputs, volumes, USERS, sources.users());
    add(inputs, volumes, ITEMS, sources.items());
    sources.events().forEach(source -> add(inputs, volumes, EVENTS, source));
    add(inputs, volumes, REQUESTED, sources.requested());
    return inputs;
  }

  private static void add(
      List<Plan.Input> inputs, InputVolumes volumes, String name, Source source) {
    if (source != null) {
      inputs.add(volumes.of(source.named(name).name(), source));
    }
  }

  /**
   * What there is to do.
   *
   * @param counted whether users and items are counted by their ids even where sources name them,
   *     one row each as a rule
   */
  private static Plan.Volume volume(
      SparkSession spark, Configuration configuration, List<Plan.Input> inputs, boolean counted) {
    Sources sources = configuration.sources();
    boolean countUsers = counted || sources.users() == null;
    boolean countItems = counted || sources.items() == null;
    long users = rows(inputs, USERS);
    long items = rows(inputs, ITEMS);
    if (countUsers || countItems) {
      Ingested read = Ingest.read(spark, configuration);
      users =
          countUsers
              ? ids(sources.users() == null ? read.events() : read.users(), Users.USER_ID)
              : users;
      items =
          countItems
              ? ids(sources.items() == null ? read.events() : read.items(), Items.ITEM_ID)
              : items;
    }
    long events =
        inputs.stream()
            .filter(input -> !List.of(USERS, ITEMS, REQUESTED).contains(input.source()))
            .mapToLong(Plan.Input::rows)
            .sum();
    long requested = sources.requested() == null ? users : rows(inputs, REQUESTED);
    return new Plan.Volume(
        users,
        requested,
        items,
        events,
        countUsers || countItems ? "ids counted, about" : "rows of the sources");
  }

  private static long rows(List<Plan.Input> inputs, String source) {
    return inputs.stream()
        .filter(input -> input.source().equals(source))
        .mapToLong(Plan.Input::rows)
        .sum();
  }
}
