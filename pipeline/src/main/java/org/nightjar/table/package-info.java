/** One class per table: column constants, schema, key. Imports only {@code org.nightjar}. */
package org.nightjar.table;
