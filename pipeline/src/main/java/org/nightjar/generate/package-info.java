/**
 * A made-up shop of any size, with planted structure and dirt, for benchmarks and for tests that
 * know the truth (docs/GENERATE.md). Everything follows from a seed and the number of a thing. May
 * import {@code org.nightjar}, {@code table} and {@code rank.kernel}.
 */
package org.nightjar.generate;
