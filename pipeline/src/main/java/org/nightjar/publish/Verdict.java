package org.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The gate's word on a release.
 *
 * @param passed whether it may be published
 * @param reasons why not, each a full sentence; empty when it passed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Verdict(boolean passed, List<String> reasons) {
  public Verdict {
    reasons = reasons == null ? List.of() : List.copyOf(reasons);
  }

  /** Passed if there is no violation, refused with the violations as reasons otherwise. */
  public static Verdict of(List<String> violations) {
    return new Verdict(violations.isEmpty(), violations);
  }
}
