package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.InvalidPathException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  private static final String ASCII = "ANSI_X3.4-1968";

  @Test
  void argumentsThatMayHaveLostLettersAreSaid() {
    assertThat(FileNames.warning(List.of("show", "--user", "Zo??"), ASCII))
        .hasValueSatisfying(text -> assertThat(text).contains(ASCII, "LC_ALL=C.UTF-8"));
    assertThat(FileNames.warning(List.of("show", "--user", "Zo??"), "UTF-8")).isEmpty();
    assertThat(FileNames.warning(List.of("show", "--user", "Zoe"), ASCII)).isEmpty();
  }

  @Test
  void aPathThatCannotBeNamedIsThePersonsToChange() {
    RuntimeException failure =
        new IllegalStateException(new InvalidPathException("k\u00e4ufe", "unmappable characters"));

    assertThat(FileNames.problem(failure, ASCII))
        .hasValueSatisfying(
            text -> assertThat(text).contains("'k\u00e4ufe'", ASCII, "LC_ALL=C.UTF-8"));
    assertThat(FileNames.problem(failure, "UTF-8"))
        .hasValueSatisfying(text -> assertThat(text).doesNotContain("LC_ALL"));
    assertThat(FileNames.problem(new IllegalStateException("x"), ASCII)).isEmpty();
  }
}
