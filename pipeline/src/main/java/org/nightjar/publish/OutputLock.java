package org.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.nightjar.Require;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer per output: a file {@code lock.json} that is created exclusively, renewed while the
 * run lives, and removed by {@link #close}. A lock that was not renewed for its expiry belongs to a
 * dead run and is taken over with a warning; so does, at once, one whose process is known to be
 * gone: it ran where this one runs and has ended without giving the lock back.
 *
 * <p>On local disks and HDFS exactly one of several contenders gets the lock, also when they take
 * over together: who takes over first creates a file named for the lock that died, exclusively. A
 * holder that was suspended for longer than the expiry finds the lock gone in {@link #confirm},
 * which is to be called just before the pointer is swapped. On object stores whose {@code
 * create(overwrite = false)} is check-then-put, two runs that start within the same moment may both
 * pass; each then reads the lock back, the last writer keeps it, and the other learns so at the
 * latest in {@link #confirm}. The clocks of the hosts must agree to well under the expiry.
 */
public final class OutputLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);
  static final String FILE = "lock.json";
  private static final int RENEWALS_PER_EXPIRY = 10;
  private static final int ATTEMPTS = 5;

  /**
   * Who holds the lock.
   *
   * @param token distinguishes holders, also within one process
   * @param expirySeconds after this long without renewal the lock is dead
   * @param place what tells in which set of process ids {@code pid} is to be looked up; null where
   *     that cannot be told
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Holder(
      String token,
      String runId,
      String host,
      long pid,
      Instant since,
      Instant renewed,
      long expirySeconds,
      String place) {
    Holder {
      Require.that(token != null, "token is missing");
      Require.that(renewed != null, "renewed is missing");
    }

    Instant expires() {
      return renewed.plusSeconds(expirySeconds);
    }

    Holder renewedAt(Instant now) {
      return new Holder(token, runId, host, pid, since, now, expirySeconds, place);
    }

    /** Whether the process has certainly ended; a process id in use again is taken for alive. */
    boolean isGone() {
      return place != null
          && place.equals(OutputLock.place())
          && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
    }

    /** Whether the lock still counts. */
    boolean isAlive(Instant now) {
      return now.isBefore(expires()) && !isGone();
    }

    String described() {
      return String.format(
          "run '%s' (host %s, process %d) since %s, last renewed %s",
          runId, host, pid, since, renewed);
    }
  }

  private final Store store;
  private final Clock clock;
  private final ScheduledExecutorService heartbeat;
  private Holder holder;
  private boolean lost;

  private OutputLock(Store store, Clock clock, Holder holder) {
    this.store = store;
    this.clock = clock;
    this.holder = holder;
    this.heartbeat =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "nightjar-lock-renewal");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Takes the lock of an output folder.
   *
   * @param output any Hadoop path; created if absent
   * @param runId the run that will write
   * @param expiry how long without renewal a lock lives, at least a second; it is renewed ten times
   *     as often
   * @throws LockedException naming the holder, if there is a live one
   */
  public static OutputLock acquire(
      String output, String runId, Duration expiry, Configuration hadoop, Clock clock) {
    Store store = Store.at(output, hadoop);
    Instant now = now(clock);
    Holder self =
        new Holder(
            UUID.randomUUID().toString(),
            runId,
            host(),
            ProcessHandle.current().pid(),
            now,
            now,
            Math.max(1, expiry.toSeconds()),
            place());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (store.create(FILE, Json.write(self)) || takeOver(store, self)) {
        Optional<Holder> written = holder(store);
        if (written.isEmpty() || !written.get().token().equals(self.token())) {
          throw locked(store, written.orElse(null));
        }
        OutputLock lock = new OutputLock(store, clock, self);
        lock.startRenewing();
        return lock;
      }
    }
    throw locked(store, holder(store).orElse(null));
  }

  /** Whether somebody alive holds the lock of a folder. */
  public static boolean isHeld(String folder, Configuration hadoop, Clock clock) {
    return holder(Store.at(folder, hadoop)).filter(held -> held.isAlive(now(clock))).isPresent();
  }

  /**
   * Checks that the lock is still this run's; to be called just before anything is published.
   *
   * @throws LockedException if it was lost, naming the new holder
   */
  public synchronized void confirm() {
    renew();
    if (lost) {
      throw locked(store, holder(store).orElse(null));
    }
  }

  /**
   * Gives the lock back; a lock that was taken over is left alone. What was done under it stands
   * even if it cannot be given back, so that is a warning in the log; others then wait until it
   * expires, or until this process has ended.
   */
  @Override
  public synchronized void close() {
    heartbeat.shutdownNow();
    try {
      if (!lost && holder(store).filter(h -> h.token().equals(holder.token())).isPresent()) {
        store.delete(FILE);
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "The lock {} could not be removed; it expires at {}",
          store.path(FILE),
          holder.expires(),
          e);
    }
    lost = true;
  }

  /** Puts the present time into the lock, unless it is gone or past its expiry. */
  synchronized void renew() {
    if (lost) {
      return;
    }
    Instant now = now(clock);
    Optional<Holder> found = holder(store);
    boolean own = found.filter(h -> h.token().equals(holder.token())).isPresent();
    if (!own || !now.isBefore(holder.expires())) {
      lost = true;
      LOG.error(
          "The lock of {} is lost: {}",
          store.root(),
          found.map(Holder::described).orElse("it was removed"));
      return;
    }
    if (now.isAfter(holder.renewed())) {
      holder = holder.renewedAt(now);
      store.replace(FILE, Json.write(holder));
    }
  }

  private void startRenewing() {
    long periodMillis = TimeUnit.SECONDS.toMillis(holder.expirySeconds()) / RENEWALS_PER_EXPIRY;
    var unused =
        heartbeat.scheduleWithFixedDelay(
            this::renewQuietly, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
  }

  /** A failed renewal is tried again at the next beat; an exception would end the beats. */
  private void renewQuietly() {
    try {
      renew();
    } catch (RuntimeException e) {
      LOG.warn("The lock of {} could not be renewed; trying again", store.root(), e);
    }
  }

  /**
   * Replaces a dead lock. Only the one who creates the marker named for the dead holder may do so;
   * a marker that is itself past its expiry was left by a contender that died, and the next number
   * is tried. After the marker the lock is read again, since it may have changed hands before.
   *
   * @return false if the lock vanished meanwhile, so that creating it may be tried again
   */
  private static boolean takeOver(Store store, Holder self) {
    Optional<Holder> found = holder(store);
    if (found.isEmpty()) {
      return false;
    }
    Holder dead = found.get();
    if (dead.isAlive(self.since())) {
      throw locked(store, dead);
    }
    int number = 1;
    while (!store.create(marker(dead, number), Json.write(self))) {
      Optional<Holder> rival = holder(store, marker(dead, number));
      if (rival.isPresent() && rival.get().isAlive(self.since())) {
        throw locked(store, rival.get());
      }
      number++;
    }
    try {
      Optional<Holder> again = holder(store);
      if (again.isEmpty() || !again.get().equals(dead)) {
        return false;
      }
      store.replace(FILE, Json.write(self));
      LOG.warn("Took over the lock of {} from a dead run: {}", store.root(), dead.described());
      return true;
    } finally {
      for (int each = 1; each <= number; each++) {
        store.delete(marker(dead, each));
      }
    }
  }

  private static String marker(Holder dead, int number) {
    return "lock.takeover-" + dead.token() + "-" + number + ".json";
  }

  private static Optional<Holder> holder(Store store) {
    return holder(store, FILE);
  }

  /**
   * A file that cannot be read counts as held since its last change: it is created but not filled
   * yet, or it was damaged and nobody renews it any more.
   */
  private static Optional<Holder> holder(Store store, String file) {
    StoredJson<Holder> found = StoredJson.read(store, file, Holder.class);
    return found.isDamaged()
        ? store
            .modifiedAt(file)
            .map(at -> new Holder("unreadable", "unknown", "unknown", 0, at, at, 60, null))
        : found.value();
  }

  private static LockedException locked(Store store, Holder holder) {
    return new LockedException(
        holder == null
            ? String.format(
                "Another run changed the lock of '%s' just now; try again.", store.root())
            : String.format(
                "'%s' is locked by %s. Wait for it to end; if it is dead, its lock expires at %s.",
                store.root(), holder.described(), holder.expires()));
  }

  private static Instant now(Clock clock) {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * This start of the kernel and its set of process ids: hosts and containers may share a name, not
   * both of these. Linux only; null elsewhere.
   */
  static String place() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      LOG.debug("the set of process ids cannot be told", e);
      return null;
    }
  }

  /** The name of this machine. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
