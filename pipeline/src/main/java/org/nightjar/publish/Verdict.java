package org.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The gate's word on a release.
 *
 * @param passed whether it may be published
 * @param reasons why not, each a full sentence: first what the tables break of their contract, then
 *     the rules of the gate; empty when it passed
 * @param findings rules of the gate that it breaks, those that only warn among them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Verdict(boolean passed, List<String> reasons, List<Finding> findings) {
  public Verdict {
    reasons = reasons == null ? List.of() : List.copyOf(reasons);
    findings = findings == null ? List.of() : List.copyOf(findings);
  }

  /** Without findings. */
  public Verdict(boolean passed, List<String> reasons) {
    this(passed, reasons, List.of());
  }

  /** Passed if there is no violation, refused with the violations as reasons otherwise. */
  public static Verdict of(List<String> violations) {
    return of(violations, List.of());
  }

  /** Passed if there is neither a violation of the contract nor a finding that refuses. */
  public static Verdict of(List<String> violations, List<Finding> findings) {
    List<String> reasons =
        Stream.concat(
                violations.stream(),
                findings.stream().filter(Finding::refuses).map(Finding::reason))
            .toList();
    return new Verdict(reasons.isEmpty(), reasons, findings);
  }

  /** The verdict with findings added. */
  public Verdict with(List<Finding> further) {
    return of(violations(), Stream.concat(findings.stream(), further.stream()).toList());
  }

  /** Reasons that are no matter of judgement: such a release cannot be published by force. */
  public List<String> violations() {
    Set<String> judged =
        findings.stream().map(Finding::reason).collect(Collectors.toCollection(HashSet::new));
    return reasons.stream().filter(reason -> !judged.contains(reason)).toList();
  }

  /** What somebody should look at though it did not stop the release. */
  public List<String> warnings() {
    return findings.stream().filter(finding -> !finding.refuses()).map(Finding::reason).toList();
  }
}
