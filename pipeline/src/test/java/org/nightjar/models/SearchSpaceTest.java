package org.nightjar.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nightjar.config.ConfigurationLoader;

class SearchSpaceTest {
  private static final List<String> PROFILE = List.of("age", "gender", "post code: area");
  private static final int DRAWS = 200;

  @Test
  void drawsStayInTheirRangesAndReachTheirEnds() {
    assertThat(drawn(SearchSpace.oneOf("log", "binary"))).containsOnly("log", "binary");
    assertThat(drawn(SearchSpace.integers(10, 13))).containsOnly(10, 11, 12, 13);
    assertThat(drawn(SearchSpace.someOf(PROFILE)))
        .containsOnly(
            List.of(),
            List.of("age"),
            List.of("gender"),
            List.of("post code: area"),
            List.of("age", "gender"),
            List.of("age", "post code: area"),
            List.of("gender", "post code: area"));
    assertThat(drawn(SearchSpace.someOf(List.of("age", "sex"))))
        .containsOnly(List.of(), List.of("age"), List.of("sex"));
    assertThat(drawn(SearchSpace.someOf(List.of()))).containsOnly(List.of());
    assertThat(drawn(SearchSpace.uniform(0.3, 1)))
        .allSatisfy(value -> assertThat((Double) value).isBetween(0.3, 1.0));
  }

  @Test
  void logUniformTakesEveryRatioAlike() {
    List<Object> drawn = all(SearchSpace.logUniform(0.01, 1));

    assertThat(drawn).allSatisfy(value -> assertThat((Double) value).isBetween(0.01, 1.0));
    assertThat(drawn.stream().filter(value -> (Double) value < 0.1).count())
        .isBetween(DRAWS * 2L / 5, DRAWS * 3L / 5);
    assertThat(drawn).allSatisfy(value -> assertThat(digits(value)).hasSizeLessThanOrEqualTo(3));
  }

  @Test
  void equalGeneratorsDrawTheSame() {
    SearchSpace space =
        SearchSpace.NONE
            .with("rank", SearchSpace.integers(1, 1_000_000))
            .with("alpha", SearchSpace.logUniform(0.3, 30));

    assertThat(space.draw(new SplittableRandom(7))).isEqualTo(space.draw(new SplittableRandom(7)));
    assertThat(space.draw(new SplittableRandom(7)).keySet()).containsExactly("rank", "alpha");
    assertThat(space.judgedOnColdUsers().values()).isEqualTo(space.values());
  }

  /** No draw is refused by the loader or the record, and each setting arrives. */
  @ParameterizedTest
  @MethodSource("types")
  void everyDrawBindsToItsModel(String type) throws JsonProcessingException {
    CandidateModel configured = bound(Map.of("m", Map.of("type", type))).get("m");
    SearchSpace space = configured.searchSpace(PROFILE);
    SplittableRandom random = new SplittableRandom(42);
    Map<String, Map<String, Object>> models = new LinkedHashMap<>();
    Set<Map<String, Object>> different = new HashSet<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      Map<String, Object> settings = new LinkedHashMap<>(space.draw(random));
      different.add(settings);
      settings = new LinkedHashMap<>(settings);
      settings.put("type", type);
      models.put("m" + draw, settings);
    }

    assertThat(new HashSet<>(bound(models).values())).hasSameSizeAs(different);
  }

  static Stream<String> types() {
    return Stream.of(CandidateModel.class.getPermittedSubclasses())
        .map(type -> type.getAnnotation(JsonTypeName.class).value());
  }

  private static Map<String, CandidateModel> bound(Map<String, Map<String, Object>> models)
      throws JsonProcessingException {
    Map<String, Object> source =
        Map.of(
            "format",
            "csv",
            "path",
            "events.csv",
            "columns",
            Map.of("user_id", "user", "item_id", "item", "event_at", "when"));
    Map<String, Object> configuration =
        Map.of(
            "name",
            "draws",
            "sources",
            Map.of("events", List.of(source)),
            "models",
            models,
            "output",
            Map.of("path", "out"));
    return ConfigurationLoader.load(
            new ObjectMapper().writeValueAsString(configuration),
            "draws.json",
            List.of(),
            name -> null)
        .models();
  }

  private static Set<Object> drawn(SearchSpace.Values values) {
    return new HashSet<>(all(values));
  }

  private static List<Object> all(SearchSpace.Values values) {
    SplittableRandom random = new SplittableRandom(1);
    return new ArrayList<>(
        IntStream.range(0, DRAWS).mapToObj(draw -> values.draw(random)).toList());
  }

  private static String digits(Object value) {
    return String.valueOf(value).replaceAll("[.]", "").replaceAll("^0+|0+$", "");
  }
}
