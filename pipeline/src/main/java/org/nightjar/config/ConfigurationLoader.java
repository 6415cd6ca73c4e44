package org.nightjar.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nightjar.InputException;

/**
 * Loads a configuration: parses YAML (or JSON), applies the overrides of the command line, replaces
 * environment references, binds the tree to the records and checks the whole. All problems come in
 * one {@link InputException}, each with the file's name and the place of the key in front.
 */
public final class ConfigurationLoader {
  private ConfigurationLoader() {}

  /**
   * The configuration in a text.
   *
   * @param text YAML; JSON when the origin ends in {@code .json}
   * @param origin what messages call the text, such as its path
   * @param overrides {@code path.to.key=value}, applied in order; the value is YAML
   * @param environment the value of an environment variable, or null
   * @throws InputException with every problem found
   */
  public static Configuration load(
      String text, String origin, List<String> overrides, Function<String, String> environment) {
    return WrittenConfiguration.of(text, origin, overrides, environment).configuration();
  }

  /**
   * The configuration in a file: a local path, or a URI of any Hadoop file system ({@code hdfs://},
   * {@code s3a://}).
   *
   * @throws InputException if the file cannot be read, or with every problem found in it
   */
  public static Configuration load(
      String location, List<String> overrides, Function<String, String> environment) {
    return written(location, overrides, environment).configuration();
  }

  /** As {@link #load(String, List, Function)}, but as it is written, to be changed and written. */
  public static WrittenConfiguration written(
      String location, List<String> overrides, Function<String, String> environment) {
    return WrittenConfiguration.of(
        ConfigurationFile.read(location), location, overrides, environment);
  }

  /** As {@link #load(String, List, Function)}, for a local path. */
  public static Configuration load(
      Path path, List<String> overrides, Function<String, String> environment) {
    return load(path.toString(), overrides, environment);
  }

  /** The configuration as YAML with every default written out; see {@link #load}. */
  public static String render(Configuration configuration) {
    return ConfigurationRendering.render(configuration);
  }

  /** A part of a configuration in the same way: a record, or a map or list of them. */
  public static String renderPart(Object part) {
    return ConfigurationRendering.render(part);
  }

  /**
   * Every setting with its value, defaults among them, by its path, such as {@code
   * rank.repeat.policy}; secrets are masked as in {@link #render}.
   */
  public static Map<String, String> settings(Configuration configuration) {
    return ConfigurationRendering.settings(configuration);
  }
}
