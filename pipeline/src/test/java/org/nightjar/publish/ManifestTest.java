package org.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Manifest MANIFEST = Samples.manifest("r1", 7, Verdict.of(List.of()));

  @Test
  void isReadAsItWasWritten() {
    assertThat(Json.read(Json.write(MANIFEST), Manifest.class, "manifest.json"))
        .isEqualTo(MANIFEST);
  }

  @Test
  void isWrittenInSnakeCaseWithPlainInstants() {
    assertThat(Json.write(MANIFEST))
        .contains("\"run_id\" : \"r1\"")
        .contains("\"cutoff\" : \"2017-12-01T00:00:00Z\"")
        .contains("\"stage_seconds\" : {")
        .contains("\"type\" : \"double\"")
        .doesNotContain("recommendation_rows");
  }

  @Test
  void unknownKeysAreIgnoredAndAbsentOnesAreEmpty() {
    Manifest read =
        Json.read(
            "{\"run_id\": \"r1\", \"later\": {\"a\": 1}, \"software\": {\"gpu\": \"none\"}}",
            Manifest.class,
            "manifest.json");
    assertThat(read.runId()).isEqualTo("r1");
    assertThat(read.tables()).isEmpty();
    assertThat(read.warnings()).isEmpty();
    assertThat(read.software().spark()).isNull();
    assertThat(read.verdict().passed()).isFalse();
    assertThat(read.recommendationRows()).isZero();
  }
}
