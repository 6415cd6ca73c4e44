/**
 * Releases: write beside, verify by reading back, swap the pointer, roll back; one writer at a
 * time. May import {@code org.nightjar}, {@code table} and {@code config}.
 */
package org.nightjar.publish;
