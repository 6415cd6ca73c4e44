package org.nightjar.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.nightjar.InputException;
import org.nightjar.clean.Cleaning;
import org.nightjar.ingest.Ingest;
import org.nightjar.ingest.Ingested;

/** Reads every source once and writes it in canonical columns. */
final class IngestStage implements Stage {
  private static final String FOLDER = "ingest";

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public Map<String, Long> run(RunContext context) {
    Map<String, Long> counts = new LinkedHashMap<>();
    tables(checked(context))
        .forEach(
            (name, rows) -> {
              if (rows != null) {
                counts.put(name, context.workspace().writeCounting(rows, FOLDER, name));
              }
            });
    return counts;
  }

  /** Reports the settings of later stages too: what can be known at the start fails there. */
  private static Ingested checked(RunContext context) {
    List<String> problems = new ArrayList<>(Cleaning.check(context.configuration()));
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

  /** The tables as written. */
  static Ingested load(RunContext context) {
    return new Ingested(
        read(context, "users"),
        read(context, "items"),
        read(context, "events"),
        read(context, "requested"),
        read(context, "denied"),
        read(context, "test"));
  }

  private static Map<String, Dataset<Row>> tables(Ingested ingested) {
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    tables.put("users", ingested.users());
    tables.put("items", ingested.items());
    tables.put("events", ingested.events());
    tables.put("requested", ingested.requested());
    tables.put("denied", ingested.denied());
    tables.put("test", ingested.test());
    return tables;
  }

  private static Dataset<Row> read(RunContext context, String name) {
    return context.workspace().has(FOLDER, name) ? context.workspace().read(FOLDER, name) : null;
  }
}
