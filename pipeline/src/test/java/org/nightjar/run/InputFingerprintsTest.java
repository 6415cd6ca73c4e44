package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nightjar.config.ConfigurationLoader;

/** Files are {@code path=size}, all of the same modification time. */
class InputFingerprintsTest {
  private static final FileTime THEN = FileTime.fromMillis(1_500_000_000_000L);

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          partition folders swapped     | in           | m=1/p.csv=3 m=2/p.csv=5         | m=1/p.csv=5 m=2/p.csv=3
          a partition renamed           | in           | m=1/p.csv=3                     | m=2/p.csv=3
          one of two equal ones removed | in           | m=1/p.csv=3 m=2/p.csv=3         | m=1/p.csv=3
          a third equal one             | in           | m=1/p.csv=3 m=2/p.csv=3         | m=1/p.csv=3 m=2/p.csv=3 m=3/p.csv=3
          moved a folder deeper         | in           | p.csv=3                         | a/p.csv=3
          below a pattern, swapped      | in/*/x.csv   | a/x.csv=3 b/x.csv=5             | a/x.csv=5 b/x.csv=3
          below a pattern, one removed  | in/{a,b}     | a/x.csv=3 b/x.csv=3             | a/x.csv=3
          between two paths             | in/a, in/b   | a/x.csv=3 b/x.csv=5             | a/x.csv=5 b/x.csv=3
          one more byte                 | in           | p.csv=3                         | p.csv=4
          names run into each other     | in           | a=3 b=3                         | a=33
          """)
  void everyChangeTells(String what, String path, String before, String after) {
    String first = fingerprint(path, before);

    assertThat(fingerprint(path, before)).isEqualTo(first);
    assertThat(fingerprint(path, after)).as(what).isNotEqualTo(first);
  }

  @Test
  void whatWasWrittenLaterTells() throws IOException {
    String first = fingerprint("in", "p.csv=3");
    Files.setLastModifiedTime(folder.resolve("in/p.csv"), FileTime.fromMillis(1_500_000_001_000L));

    assertThat(fingerprintNow("in")).isNotEqualTo(first);
  }

  @Test
  void aFolderMayLieElsewhere() {
    String first = fingerprint("in", "m=1/p.csv=3 m=2/p.csv=5");
    write("elsewhere", "m=2/p.csv=5 m=1/p.csv=3");

    assertThat(fingerprintNow("elsewhere")).isEqualTo(first);
  }

  private String fingerprint(String path, String files) {
    write("in", files);
    return fingerprintNow(path);
  }

  private String fingerprintNow(String path) {
    List<String> paths =
        Stream.of(path.split(", ", -1)).map(p -> "\"" + folder.resolve(p) + "\"").toList();
    Map<String, String> prints =
        InputFingerprints.of(
            ConfigurationLoader.load(
                """
                name: test
                sources:
                  events: {format: csv, path: %s, columns: {user_id: u, item_id: i, event_at: t}}
                models: {popular: {type: popularity}}
                output: {path: out}
                """
                    .formatted(paths),
                "test.yaml",
                List.of(),
                name -> null),
            new org.apache.hadoop.conf.Configuration());
    assertThat(prints).containsOnlyKeys("events");
    return prints.get("events");
  }

  private void write(String below, String files) {
    Path root = folder.resolve(below);
    try {
      if (Files.exists(root)) {
        try (Stream<Path> old = Files.walk(root)) {
          for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
      for (String file : files.strip().split(" ", -1)) {
        int equals = file.lastIndexOf('=');
        Path path = root.resolve(file.substring(0, equals));
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x".repeat(Integer.parseInt(file.substring(equals + 1))));
        Files.setLastModifiedTime(path, THEN);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
