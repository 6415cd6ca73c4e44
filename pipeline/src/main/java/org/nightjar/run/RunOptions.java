package org.nightjar.run;

import java.util.List;

/**
 * How a run is to go, beside the configuration.
 *
 * @param publish whether to make lists for everybody and publish them; otherwise only to evaluate
 * @param progress how progress is shown
 * @param command the command line, for the manifest
 * @param codeVersion version of Nightjar
 * @param blas the linear algebra in use, for the manifest
 * @param warnings found before the run, each a full sentence
 */
public record RunOptions(
    boolean publish,
    Progress.Mode progress,
    String command,
    String codeVersion,
    String blas,
    List<String> warnings) {}
