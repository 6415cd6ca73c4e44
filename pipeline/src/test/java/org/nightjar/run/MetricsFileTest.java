package org.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
  @TempDir Path folder;

  @Test
  void tellsBeforehandWhetherItCanBeWritten() throws IOException {
    Files.createDirectories(folder.resolve("collector/night.prom"));
    Files.writeString(folder.resolve("file"), "");
    assertThat(problems("collector/night.prom")).contains("it is a folder");
    assertThat(problems("file/night.prom"))
        .contains("output.metricsFile", "file' is not a folder", "Name a file in a folder");
    assertThat(problems("file/deeper/night.prom")).contains("is not a folder");
    assertThat(problems("collector/other.prom")).isEmpty();
    assertThat(problems("to/be/made/night.prom")).isEmpty();
    assertThat(problems("file")).as("it is replaced").isEmpty();
    assertThat(problems("out/night.prom")).isEmpty();
    assertThat(problems("out/current.json")).contains("is Nightjar's own");
    assertThat(problems("out/audit/night.prom")).contains("is Nightjar's own");
  }

  private String problems(String file) {
    return String.join(
        "",
        MetricsFile.problems(
            SmallShop.configuration(folder, "out", "output.metricsFile=" + folder.resolve(file)),
            new Configuration(false)));
  }
}
