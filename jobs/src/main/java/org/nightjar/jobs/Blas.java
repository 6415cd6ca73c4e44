package org.nightjar.jobs;

import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.spark.ml.linalg.BLAS$;
import org.slf4j.LoggerFactory;

/**
 * Which linear algebra Spark multiplies with in this JVM; it decides how long ALS takes.
 *
 * @param java simple class name of the one for small vectors, which never leaves the JVM
 * @param large simple class name of the one for large matrices; native if there is one
 */
record Blas(String java, String large) {
  /** Without vector instructions; three to ten times slower. */
  private static final Set<String> SLOW = Set.of("F2jBLAS", "Java8BLAS", "Java11BLAS");

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Blas.class);

  /** Held, since the JDK forgets the level of a logger that nothing refers to. */
  private static final Logger NETLIB = Logger.getLogger("dev.ludovic.netlib");

  /** What this JVM has. Logs it; warns, with the remedy, when it is the slow fallback. */
  static Blas inUse() {
    NETLIB.setLevel(Level.SEVERE); // it warns of each implementation that it cannot load
    Blas blas = new Blas(nameOf(BLAS$.MODULE$.javaBLAS()), nameOf(BLAS$.MODULE$.nativeBLAS()));
    if (blas.isSlow()) {
      LOG.warn(
          "{}: training will be slow. Start the JVM with --add-modules=jdk.incubator.vector, as"
              + " scripts/nightjar does, or install a native BLAS (Debian: libopenblas0).",
          blas.text());
    } else {
      LOG.info("{}", blas.text());
    }
    return blas;
  }

  boolean isSlow() {
    return SLOW.contains(large);
  }

  /** One line for the run record. */
  String text() {
    return String.format("BLAS small=%s large=%s", java, large);
  }

  private static String nameOf(Object implementation) {
    return implementation.getClass().getSimpleName();
  }
}
