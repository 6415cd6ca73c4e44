package org.nightjar.run;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nightjar.config.Attribute;
import org.nightjar.config.Configuration;
import org.nightjar.config.RankSettings;
import org.nightjar.models.CandidateModel;
import org.nightjar.models.Ease;

/**
 * What must be in memory as a whole: everything the size of the catalogue, and what Spark takes for
 * itself. Tables of users and events are not here, since they go to disk where they do not fit.
 *
 * <p>A model's size is told from its settings: so many numbers per item as its rank, its
 * dimensions, its neighbours or the levels of its attributes. On the driver they are there as read,
 * as packed and as they are sent; on executors as sent and as unpacked.
 */
final class MemoryNeeds {
  /**
   * Levels of a categorical attribute, whose number nobody knows before it is read: a night must
   * not be refused for levels that there may never be.
   */
  private static final int TYPICAL_LEVELS = 10;

  private static final long MEBIBYTE = 1 << 20;

  /** What Spark reserves, its own objects and compiled plans. */
  private static final long BASE_BYTES = 500 * MEBIBYTE;

  /** For each task at work: sort and hash buffers at their least, which spill, and a file open. */
  private static final long TASK_BYTES = 32 * MEBIBYTE;

  /** Names, ids, traits and categories of an item on the driver. */
  private static final long ITEM_BYTES = 400;

  private static final int DRIVER_COPIES = 3;
  private static final int EXECUTOR_COPIES = 2;

  /** A feature of a row that trees learn from, and its copy in the native library. */
  private static final long FEATURE_BYTES = 8;

  private static final int FEATURES = 60;

  private static final String NEIGHBOURS = "neighbours";

  /** Bytes per item of one unit of a setting. */
  private static final Map<String, Long> BY_SETTING =
      Map.of("rank", 4L, "dimensions", 4L, NEIGHBOURS, 8L);

  private static final String MAX_LEVELS = "maxLevels";
  private static final int BANDS = 5;

  private final Configuration configuration;
  private final Plan.Volume volume;

  MemoryNeeds(Configuration configuration, Plan.Volume volume) {
    this.configuration = configuration;
    this.volume = volume;
  }

  /**
   * All needs, largest first.
   *
   * @param tasks that work side by side in one executor
   */
  List<Plan.Need> of(int tasks) {
    List<Plan.Need> needs = new ArrayList<>();
    needs.add(
        new Plan.Need(
            "Spark and tasks", "every stage", BASE_BYTES, BASE_BYTES + tasks * TASK_BYTES));
    needs.add(new Plan.Need("names and traits of items", "rank", volume.items() * ITEM_BYTES, 0));
    configuration
        .models()
        .forEach(
            (name, model) -> {
              long numbers = volume.items() * bytesPerItem(model);
              needs.add(
                  new Plan.Need(
                      "model " + name, "rank", DRIVER_COPIES * numbers, EXECUTOR_COPIES * numbers));
              if (model instanceof Ease ease) {
                needs.add(
                    new Plan.Need(
                        "matrix of " + name,
                        ModelStage.MODELS,
                        (long) ease.neededBytes((int) Math.min(ease.maxItems(), volume.items())),
                        0));
              }
            });
    needs.add(
        new Plan.Need(
            "scores of one user per task",
            "rank",
            0,
            (long) Float.BYTES * configuration.models().size() * volume.items() * tasks));
    RankSettings.Learned learned = configuration.rank().learned();
    if (learned.enabled()) {
      needs.add(
          new Plan.Need(
              "rows that trees learn from",
              "rank",
              FEATURE_BYTES * FEATURES * taughtRows(configuration, volume),
              0));
    }
    needs.sort(
        Comparator.comparingLong((Plan.Need need) -> need.driverBytes() + need.executorBytes())
            .reversed());
    return needs;
  }

  /** Most rows that trees learn from. */
  static long taughtRows(Configuration configuration, Plan.Volume volume) {
    RankSettings.Learned learned = configuration.rank().learned();
    long lists = volume.requested() * configuration.evaluation().split().parts();
    return Math.min(learned.mostLists(), lists) * learned.candidates();
  }

  private long bytesPerItem(CandidateModel model) {
    long bytes = Float.BYTES;
    for (RecordComponent setting : model.getClass().getRecordComponents()) {
      Long unit = BY_SETTING.get(setting.getName());
      if (unit != null) {
        bytes += unit * units(model, setting);
      } else if (setting.getName().equals(MAX_LEVELS)) {
        bytes += Float.BYTES * levels(value(model, setting));
      }
    }
    return bytes;
  }

  /** How many numbers an item has; nothing has more neighbours than there are items. */
  private long units(CandidateModel model, RecordComponent setting) {
    int value = value(model, setting);
    return setting.getName().equals(NEIGHBOURS)
        ? Math.min(value == 0 ? Long.MAX_VALUE : value, volume.items())
        : value;
  }

  private static int value(CandidateModel model, RecordComponent setting) {
    try {
      return ((Number) setting.getAccessor().invoke(model)).intValue();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private long levels(int most) {
    return configuration.userAttributes().values().stream()
        .mapToLong(attribute -> Math.min(most, levels(attribute)))
        .sum();
  }

  private static int levels(Attribute attribute) {
    return switch (attribute.type()) {
      case ORDINAL -> attribute.order().size();
      case CATEGORICAL -> TYPICAL_LEVELS;
      case NUMERIC -> BANDS;
      default -> 0;
    };
  }

  /**
   * The heaps, each with the stage that asks most of it.
   *
   * @param driverHeap bytes
   * @param executorHeap bytes; equal to the driver's where it is the same JVM
   * @param oneJvm whether driver and executor are the same
   */
  static List<Plan.Heap> heaps(
      List<Plan.Need> needs, long driverHeap, long executorHeap, boolean oneJvm) {
    if (!oneJvm) {
      return List.of(
          heap("driver", needs, true, false, driverHeap),
          heap("executor", needs, false, true, executorHeap));
    }
    return List.of(heap("driver and executor", needs, true, true, driverHeap));
  }

  private static Plan.Heap heap(
      String jvm, List<Plan.Need> needs, boolean driver, boolean executor, long bytes) {
    List<String> stages = List.of(ModelStage.MODELS, "rank");
    return stages.stream()
        .map(
            stage ->
                new Plan.Heap(
                    jvm,
                    needs.stream()
                        .filter(n -> n.stage().equals(stage) || n.stage().equals("every stage"))
                        .mapToLong(
                            n ->
                                (driver ? n.driverBytes() : 0) + (executor ? n.executorBytes() : 0))
                        .sum(),
                    stage,
                    bytes))
        .max(Comparator.comparingLong(Plan.Heap::neededBytes))
        .orElseThrow();
  }

  /** What to say of a heap that cannot hold what it must. */
  static String problem(Plan.Heap heap, List<Plan.Need> needs) {
    double gibibyte = 1024.0 * MEBIBYTE;
    Plan.Need largest =
        needs.stream()
            .filter(need -> need.stage().equals(heap.stage()))
            .findFirst()
            .orElse(needs.get(0));
    return String.format(
        Locale.ROOT,
        "Stage %s needs about %.1f GiB in the heap of the %s, which has %.1f GiB; most of it for %s. Give it"
            + " more (NIGHTJAR_MEMORY; on clusters --driver-memory, spark.executor.memory), train fewer or"
            + " smaller models (rank, neighbours), or clean out rare items. If you know better, set the"
            + " Spark setting %s to false.",
        heap.stage(),
        heap.neededBytes() / gibibyte,
        heap.jvm(),
        heap.bytes() / gibibyte,
        largest.what(),
        Planning.CHECK);
  }
}
