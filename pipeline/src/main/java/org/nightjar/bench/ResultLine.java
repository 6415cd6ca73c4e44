package org.nightjar.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** The line that a benchmark ends with. */
public final class ResultLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultLine() {}

  /** As one line of JSON. */
  public static String of(Map<String, Object> result) {
    try {
      return JSON.writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
