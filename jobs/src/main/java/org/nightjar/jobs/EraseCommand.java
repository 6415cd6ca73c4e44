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
    try (SparkSession spark = options.session(configuration)) {
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
      if (configuration.export() != null && ReleaseFolder.of(configuration).current().isPresent()) {
        out.printf("Exported %s%n", ReleaseExport.export(spark, configuration, "erase"));
      }
      if (receipt.leftovers().isEmpty()) {
        out.printf("Nothing is left of them. Receipt: %s%n", receipt.id());
        return ExitCode.DONE;
      }
      PrintWriter err = spec.commandLine().getErr();
      receipt.leftovers().forEach(place -> err.printf("Still holds an erased user: %s%n", place));
      err.println("These are no files of Nightjar's, or new ones: remove them and erase again.");
      return ExitCode.INTERNAL;
    }
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
