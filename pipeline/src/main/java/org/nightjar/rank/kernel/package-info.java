/**
 * The scoring kernel: best items per user over the whole catalogue, without ever holding a user ×
 * item table. Models and ranking both call it; it imports only {@code org.nightjar.table}.
 */
package org.nightjar.rank.kernel;
