package org.nightjar.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.nightjar.InputException;
import org.nightjar.config.Configuration;
import org.nightjar.config.PrivacyKey;
import org.nightjar.publish.Erasure;
import org.nightjar.publish.ExportException;
import org.nightjar.publish.LockedException;
import org.nightjar.run.ReleaseExport;
import org.nightjar.run.UserErasure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code erase}: removes users from every release and artefact, with a receipt. */
@Command(
    name = "erase",
    description = {
      "Removes users from every release, removes all work files, and looks whether anything is"
          + " left.",
      "Later nights keep them out; for that the environment variable "
          + PrivacyKey.VARIABLE
          + " is needed, now and then. The receipt in erasures/ names nobody."
    },
    mixinStandardHelpOptions = true)
final class EraseCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--users",
      required = true,
      paramLabel = "FILE",
      description = "Local file with one user id per line, as the sources have them.")
  private Path users;

  @Override
  public Integer call() throws IOException {
    Configuration configuration = options.configuration();
    List<String> lines = lines();
    return options.withSession(configuration, spark -> erase(spark, configuration, lines));
  }

  private int erase(SparkSession spark, Configuration configuration, List<String> lines) {
    Erasure.Receipt receipt =
        UserErasure.erase(
            spark, configuration, lines, PrivacyKey.fromEnvironment(), "erase --users FILE");
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Users: %d%n", receipt.users());
    receipt
        .rowsRemoved()
        .forEach((table, rows) -> out.printf("Removed %d rows of %s%n", rows, table));
    out.printf(
        "Looked through %d files (%d bytes) and %d rows of %d tables%n",
        receipt.filesScanned(),
        receipt.bytesScanned(),
        receipt.rowsScanned(),
        receipt.tablesScanned());
    boolean exported = export(spark, configuration);
    if (receipt.leftovers().isEmpty()) {
      out.printf("Nothing is left of them. Receipt: %s%n", receipt.id());
      return exported ? ExitCode.DONE : ExitCode.NOT_EXPORTED;
    }
    PrintWriter err = spec.commandLine().getErr();
    receipt.leftovers().forEach(place -> err.printf("Still holds an erased user: %s%n", place));
    err.println("These are no files of Nightjar's, or new ones: remove them and erase again.");
    return ExitCode.INTERNAL;
  }

  /** The users are erased whatever comes of it; false if the database still holds them. */
  private boolean export(SparkSession spark, Configuration configuration) {
    PrintWriter err = spec.commandLine().getErr();
    try {
      if (configuration.export() != null && ReleaseFolder.of(configuration).current().isPresent()) {
        String runId = ReleaseExport.export(spark, configuration, "erase --users FILE");
        spec.commandLine().getOut().printf("Exported %s%n", runId);
      }
      return true;
    } catch (ExportException | InputException | LockedException e) {
      err.println(e.getMessage());
    } catch (RuntimeException e) {
      e.printStackTrace(err);
    }
    err.println(
        "The files are erased but the database is as it was: export (with the same --conf).");
    return false;
  }

  private List<String> lines() throws IOException {
    try {
      return Files.readAllLines(users);
    } catch (NoSuchFileException e) {
      throw new InputException(String.format("There is no file '%s'.", users), e);
    } catch (CharacterCodingException e) {
      throw new InputException(
          String.format(
              "Cannot read the users in '%s': it is not UTF-8 text. Convert it first.", users),
          e);
    }
  }
}
