package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shell scripts that start a JVM do so with a UTF-8 locale, whatever theirs. In the place of
 * java and spark-submit stands a script that says what it sees.
 */
class LauncherTest {
  private static final Path ROOT = Path.of(System.getProperty("nightjar.root", ".."));
  private static final String SAYS_WHAT_IT_SEES =
      """
      #!/usr/bin/env bash
      locale charmap
      printf '%s\\n' "$@"
      """;

  @TempDir private Path folder;

  @BeforeEach
  void aHomeThatIsBuilt() throws IOException {
    for (String script : List.of("scripts/nightjar", "scripts/yarn/submit")) {
      script(script, Files.readString(ROOT.resolve(script)));
    }
    for (String part : List.of("pom.xml", "pipeline/pom.xml", "jobs/pom.xml")) {
      file(part, "");
    }
    Files.createDirectories(folder.resolve("pipeline/src/main"));
    Files.createDirectories(folder.resolve("jobs/src/main"));
    for (String part : List.of("java.options", "embedded-spark.classpath", "nightjar.jar")) {
      file("jobs/target/" + part, "");
    }
    script("jdk/bin/java", SAYS_WHAT_IT_SEES);
    file("jdk/release", "JAVA_VERSION=\"17.0.1\"\n");
    script("spark/bin/spark-submit", SAYS_WHAT_IT_SEES);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "scripts/nightjar | ''",
        "scripts/nightjar | LC_ALL=C",
        "scripts/nightjar | LC_ALL=POSIX LANG=C.UTF-8",
        "scripts/nightjar | LANG=C",
        "scripts/nightjar | LC_CTYPE=C",
        "scripts/nightjar | LANG=xx_XX.UTF-8",
        "scripts/nightjar | LANG=C.UTF-8 LC_MESSAGES=xx_XX.UTF-8",
        "scripts/nightjar | LC_ALL=C.UTF-8",
        "scripts/nightjar | LANG=C.UTF-8",
        "scripts/nightjar | SPARK_HOME=spark",
        "scripts/nightjar | SPARK_HOME=spark LC_ALL=C",
        "scripts/yarn/submit | SPARK_HOME=spark",
        "scripts/yarn/submit | SPARK_HOME=spark LC_ALL=C",
        "scripts/yarn/submit | SPARK_HOME=spark LANG=C.UTF-8"
      })
  void theLocaleIsUtf8(String script, String environment) throws Exception {
    List<String> seen = run(script, environment);

    assertThat(seen.get(0)).isEqualTo("UTF-8");
    assertThat(seen).contains("Zo\u00eb");
    if (environment.contains("SPARK_HOME")) {
      assertThat(seen).contains("spark.executorEnv.LC_ALL=C.UTF-8");
    }
  }

  private List<String> run(String script, String environment) throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
    command.add("HADOOP_CONF_DIR=" + folder);
    command.add("JAVA_HOME=" + folder.resolve("jdk"));
    Stream.of(environment.split(" ", -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.replace("=spark", "=" + folder.resolve("spark")))
        .forEach(command::add);
    // Written by the shell, since this JVM's own locale may be any.
    command.addAll(
        List.of(
            "bash",
            "-c",
            "exec \"$0\" show --user $'Zo\\xc3\\xab'",
            folder.resolve(script).toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).isZero();
    return lines;
  }

  private void script(String name, String text) throws IOException {
    file(name, text);
    Files.setPosixFilePermissions(
        folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
