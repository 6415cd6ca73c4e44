package org.nightjar.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.nightjar.InputException;

/**
 * The text of a configuration file: a local path, or a URI of any Hadoop file system ({@code
 * hdfs://}, {@code s3a://}).
 */
final class ConfigurationFile {
  private static final String LOCAL = "file:";

  private ConfigurationFile() {}

  /**
   * The text.
   *
   * @throws InputException if there is no such file, or if it is not UTF-8
   */
  static String read(String location) {
    try {
      byte[] bytes;
      if (isRemote(location)) {
        try (InputStream in = system(location).open(new org.apache.hadoop.fs.Path(location))) {
          bytes = in.readAllBytes();
        }
      } else {
        bytes = Files.readAllBytes(local(location));
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
      throw unusable("read", location, e, "--conf");
    }
  }

  /**
   * Writes or replaces the file; folders above it are made.
   *
   * @throws InputException if that cannot be done
   */
  static void write(String location, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      if (isRemote(location)) {
        try (OutputStream out =
            system(location).create(new org.apache.hadoop.fs.Path(location), true)) {
          out.write(bytes);
        }
      } else {
        Path file = local(location).toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw unusable("write", location, e, "--out");
    }
  }

  /** One letter before the colon is a drive. */
  private static boolean isRemote(String location) {
    return location.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") && !location.startsWith(LOCAL);
  }

  /** Not through Hadoop, which leaves a file with checksums beside each one that it writes. */
  private static Path local(String location) {
    return Path.of(
        location.startsWith(LOCAL)
            ? new org.apache.hadoop.fs.Path(location).toUri().getPath()
            : location);
  }

  private static FileSystem system(String location) throws IOException {
    return new org.apache.hadoop.fs.Path(location)
        .getFileSystem(SparkHadoopUtil.get().newConfiguration(new SparkConf()));
  }

  private static InputException unusable(String verb, String location, Exception e, String option) {
    return new InputException(
        String.format(
            "Cannot %s the configuration '%s': %s (%s). Check %s.",
            verb, location, e.getMessage(), e.getClass().getSimpleName(), option),
        e);
  }
}
