/**
 * User, item and user-item features as of a cutoff. May import {@code org.nightjar}, {@code table}
 * and {@code config}.
 */
package org.nightjar.features;
