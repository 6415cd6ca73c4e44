package org.nightjar.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaning;
import org.nightjar.config.PrivacyKey;
import org.nightjar.ingest.Admission;
import org.nightjar.ingest.Ingest;
import org.nightjar.ingest.Ingested;
import org.nightjar.ingest.UnseenColumn;
import org.nightjar.publish.Suppression;

/** Reads every source once and writes it in canonical columns. */
final class IngestStage implements Stage {
  private static final String FOLDER = "ingest";
  private static final String EVENTS = "events";

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Map<String, Long> counts = new LinkedHashMap<>();
    Ingested sources = checked(context);
    Admission.Watch watch = new Admission.Watch();
    List<String> problems = new ArrayList<>();
    tables(admitted(context, sources, watch))
        .forEach(
            (name, rows) -> {
              if (rows != null) {
                List<UnseenColumn> unseen =
                    sources.unseen().stream().filter(u -> u.table().equals(name)).toList();
                Map<String, Long> found =
                    context
                        .workspace()
                        .writeCounting(
                            rows,
                            unseen.stream().map(UnseenColumn::valueCount).toList(),
                            FOLDER,
                            name);
                counts.put(name, found.get(Workspace.ROWS));
                unseen.stream()
                    .filter(u -> found.get(u.label()) == 0)
                    .forEach(
                        u -> (u.isMistyped() ? problems : context.warnings()).add(u.message()));
              }
            });
    requireUnchanged(context);
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
    if (context.configuration().privacy().consent() != null) {
      ConsentCheck.require(context, watch, sources, counts.get(EVENTS));
    }
    return counts;
  }

  /** A source that is replaced while it is read may have been read in part old, in part new. */
  private static void requireUnchanged(RunContext context) {
    Map<String, String> now = InputFingerprints.of(context.configuration(), context.hadoop());
    List<String> changed =
        now.keySet().stream()
            .filter(source -> !now.get(source).equals(context.inputs().get(source)))
            .map(
                source ->
                    String.format(
                        "Source '%s' changed while it was read. Run again when its files are"
                            + " complete.",
                        source))
            .toList();
    if (!changed.isEmpty()) {
      throw new InputException(changed);
    }
  }

  /** Reports the settings of later stages too: what can be known at the start fails there. */
  private static Ingested checked(RunContext context) {
    List<String> problems = new ArrayList<>(Cleaning.check(context.configuration()));
    if (context.options().publish()) {
      problems.addAll(Feasibility.problems(context.configuration()));
    }
    try {
      Ingested ingested = Ingest.read(context.spark(), context.configuration());
      problems.addAll(Planning.memoryProblems(context.spark(), context.configuration()));
      if (problems.isEmpty()) {
        return ingested;
      }
    } catch (InputException e) {
      problems.addAll(e.problems());
    }
    throw new InputException(problems);
  }

  private static Ingested admitted(RunContext context, Ingested ingested, Admission.Watch watch) {
    Optional<PrivacyKey> key = PrivacyKey.fromEnvironment();
    return Admission.admit(
        ingested,
        Ingest.consent(context.spark(), context.configuration()),
        new Suppression(context.configuration().output().path(), context.hadoop())
            .hashes(context.spark(), key),
        context.configuration().privacy(),
        key,
        watch);
  }

  /** The tables as written. */
  static Ingested load(RunContext context) {
    return new Ingested(
        read(context, "users"),
        read(context, "items"),
        read(context, EVENTS),
        read(context, "requested"),
        read(context, "denied"),
        read(context, "test"));
  }

  private static Map<String, Dataset<Row>> tables(Ingested ingested) {
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    tables.put("users", ingested.users());
    tables.put("items", ingested.items());
    tables.put(EVENTS, ingested.events());
    tables.put("requested", ingested.requested());
    tables.put("denied", ingested.denied());
    tables.put("test", ingested.test());
    return tables;
  }

  private static Dataset<Row> read(RunContext context, String name) {
    return context.workspace().has(FOLDER, name) ? context.workspace().read(FOLDER, name) : null;
  }
}
