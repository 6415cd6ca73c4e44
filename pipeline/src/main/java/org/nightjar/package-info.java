/**
 * What every other package may use: {@link org.nightjar.InputException} for what the user can mend,
 * {@link org.nightjar.Require} to check it, {@link org.nightjar.Setting} to declare a configuration
 * key. Imports nothing of Nightjar.
 */
package org.nightjar;
