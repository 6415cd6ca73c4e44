package org.nightjar.run;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nightjar.publish.Manifest;
import org.nightjar.publish.Verdict;
import org.nightjar.rank.BlendWeights;
import org.nightjar.rank.RankingChoice;

/**
 * What the stages of a run have found out so far, beside their tables; small, without ids or values
 * of users. It is kept with every finished stage, so that a resumed run knows it too. Meanings: the
 * methods of {@link RunContext} of the same names.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class Findings {
  Instant cutoff;
  boolean timeless;
  long users;
  long items;
  long requested;
  long eligible;
  long events;
  long recentEvents;
  Map<String, Map<String, Long>> sourceRows = new LinkedHashMap<>();
  List<View> views = new ArrayList<>();
  BlendWeights weights;
  List<RankingChoice> choices = List.of();
  Map<String, Double> gains = Map.of();
  Comparisons comparisons;
  Verdict verdict;
  Map<String, Manifest.PublishedTable> written = Map.of();
  Map<String, Long> shortUsers = Map.of();
  List<String> warnings = new ArrayList<>();
}
