package org.nightjar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing on disk is in Java's serialisation: whoever can write into an output folder would choose
 * the classes that are read from it, and another version's records read as if they were whole.
 */
class NoJavaSerialisationTest {
  private static final List<String> READERS_AND_WRITERS =
      List.of(
          "ObjectInputStream",
          "ObjectOutputStream",
          "ObjectInput;",
          "readObject(",
          "JavaSerializer",
          "SerializationUtils",
          "objectFile(",
          "saveAsObjectFile(",
          "XMLDecoder",
          "enableDefaultTyping",
          "activateDefaultTyping");

  @Test
  void noProductionCodeReadsOrWritesJavaObjects() throws IOException {
    Path root = Path.of(System.getProperty("nightjar.root", ".."));
    List<String> found = new ArrayList<>();
    for (String module : List.of("pipeline", "jobs")) {
      Path sources = root.resolve(module).resolve("src/main");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(
                file ->
                    READERS_AND_WRITERS.stream()
                        .filter(word -> text(file).contains(word))
                        .forEach(word -> found.add(sources.relativize(file) + ": " + word)));
      }
    }
    assertThat(found).isEmpty();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
