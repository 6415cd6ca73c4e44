/**
 * The configuration as records, its loading and its validation. Each record component is one key,
 * documented by its {@link org.nightjar.Setting}. May import {@code org.nightjar}, {@code table}
 * and {@code models} (whose hyperparameters are part of the configuration).
 */
package org.nightjar.config;
