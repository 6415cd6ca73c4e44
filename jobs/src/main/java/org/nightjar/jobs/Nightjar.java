package org.nightjar.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.nightjar.InputException;
import org.nightjar.config.Secrets;
import org.nightjar.publish.ExportException;
import org.nightjar.publish.LockedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The main class of nightjar.jar: hands the arguments to a command and turns what it throws into a
 * message and an exit code, see {@link ExitCode}. Results go to stdout; progress, log and errors to
 * stderr.
 */
@Command(
    name = "nightjar",
    description = "Nightly batch top-N recommendations on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Nightjar.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      ResumeCommand.class,
      RefreshCommand.class,
      EvaluateCommand.class,
      TuneCommand.class,
      ValidateCommand.class,
      SuiteCommand.class,
      ReleasesCommand.class,
      PinCommand.class,
      CleanCommand.class,
      EraseCommand.class,
      PublishCommand.class,
      RollbackCommand.class,
      ExportCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      ShowCommand.class,
      PlanCommand.class,
      BenchCommand.class,
      GenerateCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done; 1 command line; 2 input or configuration; 3 internal error;",
      "4 the quality gate refused to publish; 5 another run holds the lock; 6 published, but not exported.",
      "Environment of scripts/nightjar: JAVA_HOME, SPARK_HOME, NIGHTJAR_MEMORY (heap, such as 4g;",
      "default: half of the machine's memory, at least 2g), NIGHTJAR_JAVA_OPTS, NIGHTJAR_JARS (more",
      "jars, such as a JDBC driver), HADOOP_CONF_DIR. See README.md."
    })
public final class Nightjar implements Runnable {
  /** Read by conf/log4j2.properties: the level at which Nightjar itself logs. */
  private static final String LOG_LEVEL = "nightjar.log";

  @Spec private CommandSpec spec;

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    // Before anything logs, since the logging configuration reads it once.
    if (Arrays.asList(args).contains(CommonOptions.QUIET)
        && System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "warn");
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    FileNames.warning(List.of(args)).ifPresent(err::println);
    System.exit(execute(args, out, err));
  }

  /** Runs one command. Never throws. */
  static int execute(String[] args, PrintWriter out, PrintWriter err) {
    try {
      return new CommandLine(new Nightjar())
          .setOut(out)
          .setErr(err)
          .setExitCodeExceptionMapper(Nightjar::exitCode)
          .setParameterExceptionHandler(Nightjar::explainUsage)
          .setExecutionExceptionHandler(Nightjar::explainFailure)
          .setUsageHelpAutoWidth(true)
          .execute(args);
    } catch (Throwable failure) { // such as OutOfMemoryError, which picocli lets pass
      err.print(trace(failure));
      return ExitCode.INTERNAL;
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command? None is given.");
  }

  private static int exitCode(Throwable failure) {
    if (failure instanceof ParameterException) {
      return ExitCode.COMMAND_LINE;
    }
    if (failure instanceof InputException || FileNames.problem(failure).isPresent()) {
      return ExitCode.INPUT;
    }
    if (failure instanceof ExportException) {
      return ExitCode.NOT_EXPORTED;
    }
    return failure instanceof LockedException ? ExitCode.LOCKED : ExitCode.INTERNAL;
  }

  private static int explainUsage(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(Secrets.inMessage(failure.getMessage()));
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.printf("See '%s --help'.%n", command.getCommandSpec().qualifiedName());
    return exitCode(failure);
  }

  private static int explainFailure(
      Exception failure, CommandLine command, ParseResult parseResult) {
    int exitCode = exitCode(failure);
    PrintWriter err = command.getErr();
    if (failure instanceof InputException input) {
      input.problems().stream().map(Secrets::inMessage).forEach(err::println);
    } else if (FileNames.problem(failure).isPresent()) {
      err.println(FileNames.problem(failure).orElseThrow());
    } else if (exitCode == ExitCode.INTERNAL) {
      err.printf("%s failed.%n", command.getCommandSpec().qualifiedName());
      err.print(trace(failure));
    } else {
      err.println(Secrets.inMessage(failure.getMessage()));
    }
    return exitCode;
  }

  /** A stack trace; messages of other software may quote URLs with a login. */
  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return Secrets.inMessage(trace.toString());
  }

  /** The version from the jar's manifest. */
  static final class Version implements IVersionProvider {
    /** Version of Nightjar's code; "development" when it does not run from its jar. */
    static String ofNightjar() {
      String version = Nightjar.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
      return new String[] {
        "Nightjar " + ofNightjar(),
        "Java " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name")
      };
    }
  }
}
