package org.nightjar.publish;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Small text files under an output folder, replaced whole and created exclusively. How depends on
 * the file system:
 *
 * <ul>
 *   <li>local: through {@code java.nio}, since Hadoop's local file system deletes before it renames
 *       over a file, checks before it creates, and leaves {@code .crc} files beside; here a reader
 *       always finds either the old or the new text, and one of two creators fails;
 *   <li>HDFS and its kin: a file beside, then a rename, which the name node does in one step,
 *       overwriting or not, so creation is exclusive and whole;
 *   <li>anything else counts as an object store: one put, which becomes visible whole when the
 *       stream is closed; rename is never used. Creation is exclusive where the store puts
 *       conditionally (S3A from Hadoop 3.4.2 on, {@code If-None-Match}); elsewhere it is checked,
 *       but two creators at the same instant may both succeed, so callers read back.
 * </ul>
 */
public final class Store {
  private static final Set<String> ATOMIC_RENAME = Set.of("hdfs", "viewfs", "ofs");
  private static final String LOCAL = "file";

  /** Hadoop's name for a put that fails if there is something; absent from Hadoop before 3.4.2. */
  private static final String IF_ABSENT = "fs.option.create.conditional.overwrite";

  private static final int NUMBERS = 100;

  private final FileSystem fs;
  private final Path root;

  private Store(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  /** The files of a folder, which need not exist yet. */
  public static Store at(String folder, Configuration hadoop) {
    try {
      Path path = new Path(folder);
      FileSystem fs = path.getFileSystem(hadoop);
      return new Store(fs, fs.makeQualified(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file or folder of that name, relative to the output folder. */
  public Path path(String name) {
    return new Path(root, name);
  }

  Path root() {
    return root;
  }

  /** Whether the folder itself is there. */
  boolean isThere() {
    try {
      return fs.exists(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is a file or folder of that name. */
  public boolean exists(String name) {
    try {
      return fs.exists(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text, or empty if there is no such file. Bytes that are not UTF-8 become U+FFFD. */
  public Optional<String> read(String name) {
    try {
      if (local()) {
        return Optional.of(text(Files.readAllBytes(localPath(name))));
      }
      try (FSDataInputStream in = fs.open(path(name))) {
        return Optional.of(text(in.readAllBytes()));
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A damaged file must reach whoever can tell that it is damaged, so nothing is refused here. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Writes or replaces the file as a whole; on local disks and HDFS it is on disk on return. */
  public void replace(String name, String text) {
    try {
      if (local()) {
        replaceLocal(localPath(name), text);
      } else if (renamesAtomically()) {
        putByRename(name, text, Options.Rename.OVERWRITE);
      } else {
        put(path(name), text, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the file unless it exists, on disk on return; false if it does. */
  public boolean create(String name, String text) {
    try {
      if (local()) {
        java.nio.file.Path file = localPath(name);
        Files.createDirectories(file.getParent());
        write(file, text);
      } else if (renamesAtomically()) {
        putByRename(name, text, Options.Rename.NONE);
      } else if (fs.hasPathCapability(root, IF_ABSENT)) {
        return putIfAbsent(path(name), text);
      } else {
        put(path(name), text, false);
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds a file to a folder in which files are never changed, under the next number: {@code
   * FOLDER/00000001-NAME}. One of several writers gets a number.
   */
  public void append(String folder, String name, String text) {
    long number = list(folder).stream().mapToLong(Store::number).max().orElse(0);
    for (int attempt = 1; attempt <= NUMBERS; attempt++) {
      String file = String.format(Locale.ROOT, "%s/%08d-%s", folder, number + attempt, name);
      if (create(file, text)) {
        return;
      }
    }
    throw new IllegalStateException("No free number for a file in " + path(folder) + ".");
  }

  private static long number(FileStatus file) {
    String digits = file.getPath().getName().replaceFirst("-.*", "");
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
  }

  /** Replaces a file by one from elsewhere on the file system, in one step for readers. */
  void replaceBy(Path from, String name) {
    Path to = path(name);
    try {
      if (local()) {
        java.nio.file.Path file = localPath(name);
        // The old checksums would not fit; without any, Hadoop checks none.
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
        Files.move(
            java.nio.file.Path.of(from.toUri().getPath()),
            file,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } else if (ATOMIC_RENAME.contains(fs.getUri().getScheme())) {
        FileContext.getFileContext(fs.getUri(), fs.getConf())
            .rename(from, to, Options.Rename.OVERWRITE);
      } else {
        FileUtil.copy(fs, from, fs, to, true, true, fs.getConf());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When the file was last written, or empty if there is none. */
  Optional<Instant> modifiedAt(String name) {
    try {
      return Optional.of(Instant.ofEpochMilli(fs.getFileStatus(path(name)).getModificationTime()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the file or the folder with all in it; nothing happens if there is none. */
  public void delete(String name) {
    try {
      fs.delete(path(name), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What lies in the folder, by name; empty if there is no such folder. */
  public List<FileStatus> list(String folder) {
    try {
      return Arrays.stream(fs.listStatus(path(folder)))
          .sorted(Comparator.comparing(file -> file.getPath().getName()))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean local() {
    return LOCAL.equals(fs.getUri().getScheme());
  }

  private java.nio.file.Path localPath(String name) {
    return java.nio.file.Path.of(path(name).toUri().getPath());
  }

  /** A hidden name in the same folder. */
  private static String beside(String name) {
    int slash = name.lastIndexOf('/') + 1;
    return name.substring(0, slash) + "." + name.substring(slash) + "." + UUID.randomUUID();
  }

  private void replaceLocal(java.nio.file.Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    java.nio.file.Path beside = file.resolveSibling(beside(file.getFileName().toString()));
    try {
      write(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Creates the file, which must not exist. */
  private static void write(java.nio.file.Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private boolean renamesAtomically() {
    return ATOMIC_RENAME.contains(fs.getUri().getScheme());
  }

  /** Writes beside, then renames, so that nobody sees a file that is being written. */
  private void putByRename(String name, String text, Options.Rename how) throws IOException {
    Path beside = path(beside(name));
    put(beside, text, false);
    try {
      FileContext.getFileContext(fs.getUri(), fs.getConf()).rename(beside, path(name), how);
    } catch (IOException e) {
      fs.delete(beside, false);
      throw e;
    }
  }

  /** The store refuses when the file is closed, by an exception of its own kind: so look. */
  private boolean putIfAbsent(Path file, String text) throws IOException {
    FSDataOutputStreamBuilder<?, ?> put = fs.createFile(file);
    put.recursive();
    put.overwrite(true);
    put.must(IF_ABSENT, true);
    try (FSDataOutputStream out = put.build()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (!fs.exists(file)) {
        throw e;
      }
      try (FSDataInputStream in = fs.open(file)) { // ours, if only the answer was lost
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).equals(text);
      }
    }
    return true;
  }

  private void put(Path file, String text, boolean overwrite) throws IOException {
    try (FSDataOutputStream out = fs.create(file, overwrite)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      if (ATOMIC_RENAME.contains(fs.getUri().getScheme())) {
        out.hsync();
      }
    }
  }
}
