/**
 * The search over models' settings: what to try next, and on how many users. Plain Java, which
 * knows a model by its name and its {@link org.nightjar.models.SearchSpace} alone; {@code run}
 * trains and measures.
 *
 * <p>May import {@code org.nightjar} and {@code models.SearchSpace}.
 */
package org.nightjar.tune;
