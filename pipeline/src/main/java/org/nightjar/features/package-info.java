/**
 * User, item and user-item features as of a cutoff: {@link org.nightjar.features.Features}. May
 * import {@code org.nightjar}, {@code table} and {@code config}.
 */
package org.nightjar.features;
