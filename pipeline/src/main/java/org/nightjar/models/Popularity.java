package org.nightjar.models;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.nightjar.Require;
import org.nightjar.Setting;

/** Placeholder until the model lands. */
@JsonTypeName("popularity")
public record Popularity(
    @Setting(value = "Half-life of a purchase's weight, in days.", byDefault = "28")
        double halfLifeDays)
    implements CandidateModel {
  public Popularity {
    Require.that(halfLifeDays > 0, "halfLifeDays is %s but must be > 0 days", halfLifeDays);
  }

  @Override
  public FittedModel fit(Training training) {
    throw new UnsupportedOperationException("not there yet");
  }
}
