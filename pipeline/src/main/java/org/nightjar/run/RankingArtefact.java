package org.nightjar.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nightjar.InputException;
import org.nightjar.publish.Json;
import org.nightjar.rank.RankingChoice;

/**
 * What the ranking learned, as a file of the work folder for a refresh: {@code rank/learned.json},
 * one line of JSON.
 *
 * @param format version of the file, {@link #FORMAT}
 * @param codeVersion of Nightjar, for people
 * @param fingerprint of the basis: a file that was changed by hand does not fit its own
 * @param basis what it was trained with
 * @param learned what orders candidates: weights, trees with the names of their features, shares
 * @param choices see {@link RunContext#choices}
 * @param gains see {@link RunContext#gains}
 */
record RankingArtefact(
    int format,
    String codeVersion,
    String fingerprint,
    TrainingBasis basis,
    RankLearning.Learned learned,
    List<RankingChoice> choices,
    Map<String, Double> gains) {
  /** To be raised when a reader of the file as it is now would misread it. */
  static final int FORMAT = 1;

  private static final String[] FILE = {"rank", "learned.json"};

  /** The version alone, which is looked at before the rest is read. */
  private record Format(int format) {}

  /** What a run learned. */
  static RankingArtefact of(RunContext context, RankLearning.Learned learned) {
    TrainingBasis basis = TrainingBasis.of(context.configuration());
    return new RankingArtefact(
        FORMAT,
        context.options().codeVersion(),
        basis.fingerprint(),
        basis,
        learned,
        context.choices(),
        new LinkedHashMap<>(context.gains()));
  }

  /**
   * Reads the file of a run.
   *
   * @throws InputException if there is none, or it is damaged or of another format
   */
  static RankingArtefact read(Workspace work) {
    String place = work.path(FILE);
    Optional<String> text = work.text(FILE);
    if (text.isEmpty()) {
      throw new InputException(
          String.format(
              "Cannot refresh: what the ranking learned is not in '%s': it was removed, or written"
                  + " by an earlier version of Nightjar. Start a run.",
              place));
    }
    int format = parsed(text.get(), Format.class, place).format();
    if (format != FORMAT) {
      throw new InputException(
          String.format(
              "Cannot refresh: '%s' is of format %d, this version of Nightjar reads format %d."
                  + " Start a run.",
              place, format, FORMAT));
    }
    RankingArtefact artefact = parsed(text.get(), RankingArtefact.class, place);
    if (artefact.basis == null
        || artefact.learned == null
        || artefact.learned.blend() == null
        || !Objects.equals(artefact.fingerprint, artefact.basis.fingerprint())) {
      throw damaged(place, "it is not what was written", null);
    }
    return artefact;
  }

  private static <T> T parsed(String text, Class<T> type, String place) {
    try {
      return Json.read(text, type, place);
    } catch (InputException e) {
      throw damaged(place, e.getMessage(), e);
    }
  }

  private static InputException damaged(String place, String why, InputException cause) {
    return new InputException(
        String.format("Cannot refresh: '%s' is damaged (%s). Start a run.", place, why), cause);
  }

  /** Writes the file. */
  void write(Workspace work) {
    work.save(Json.writeCompact(this), FILE);
  }
}
