package org.nightjar.rank.kernel;

/** Chooses a kernel once per JVM. */
final class Fastest {
  private static final String MODULE = "jdk.incubator.vector";

  /** Compiled on its own, since it needs that module; so it can only be named. */
  private static final String VECTOR_KERNEL = "org.nightjar.rank.kernel.VectorKernel";

  static final FloatKernel KERNEL = choose();

  private Fastest() {}

  private static FloatKernel choose() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return FloatKernel.plain();
    }
    try {
      return Class.forName(VECTOR_KERNEL)
          .asSubclass(FloatKernel.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      // An interface of the incubating module that a later Java has changed.
      return FloatKernel.plain();
    }
  }
}
