package org.nightjar.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.nightjar.InputException;

/**
 * Loads a configuration: parses YAML (or JSON), applies the overrides of the command line, replaces
 * environment references, binds the tree to the records and checks the whole. All problems come in
 * one {@link InputException}, each with the file's name and the place of the key in front.
 */
public final class ConfigurationLoader {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

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
    String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    JsonNode parsed =
        origin.toLowerCase(Locale.ROOT).endsWith(".json")
            ? YamlText.readJson(content, origin)
            : YamlText.read(content, origin);
    if (!parsed.isObject()) {
      throw new InputException(
          String.format(
              "%s: the file is %s but must be a mapping that starts with 'name: …'",
              origin, parsed.isMissingNode() ? "empty" : Problems.shown("", parsed)));
    }
    Problems problems = new Problems();
    JsonNode overridden = new Overrides(problems).applied(parsed, Configuration.class, overrides);
    JsonNode tree = new EnvironmentReferences(environment, problems).replaced(overridden, "");
    Configuration configuration = new RecordBinder(problems).bind(Configuration.class, tree, "");
    if (configuration != null) {
      ConfigurationChecks.check(configuration, problems);
    }
    problems.throwIfAny(origin);
    return configuration;
  }

  /**
   * The configuration in a file: a local path, or a URI of any Hadoop file system ({@code hdfs://},
   * {@code s3a://}).
   *
   * @throws InputException if the file cannot be read, or with every problem found in it
   */
  public static Configuration load(
      String location, List<String> overrides, Function<String, String> environment) {
    return load(read(location), location, overrides, environment);
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

  private static String read(String location) {
    try {
      byte[] bytes;
      // One letter before the colon is a drive.
      if (location.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
        FileSystem files =
            path.getFileSystem(SparkHadoopUtil.get().newConfiguration(new SparkConf()));
        try (InputStream in = files.open(path)) {
          bytes = in.readAllBytes();
        }
      } else {
        bytes = Files.readAllBytes(Path.of(location));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new InputException(
          "Cannot read the configuration '" + location + "': there is no such file. Check --conf.",
          e);
    } catch (CharacterCodingException e) {
      throw new InputException(
          "Cannot read the configuration '" + location + "': it is not UTF-8 text. Check --conf.",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          String.format(
              "Cannot read the configuration '%s': %s (%s). Check --conf.",
              location, e.getMessage(), e.getClass().getSimpleName()),
          e);
    }
  }
}
