package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void numbersToTheRightTextToTheLeft() {
    StringWriter out = new StringWriter();

    new TextTable("rank", "item", "score")
        .add(1, "milk", 0.5)
        .add(10, null, 0.25)
        .print(new PrintWriter(out, true));

    assertThat(out.toString().lines())
        .containsExactly(
            "rank  item   score", //
            "   1  milk  0.5000",
            "  10  -     0.2500");
  }
}
