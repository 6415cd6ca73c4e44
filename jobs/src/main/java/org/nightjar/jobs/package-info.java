/**
 * The command line: {@link org.nightjar.jobs.Nightjar} and one class per command. Commands parse
 * options, open the Spark session, call the library and print; they hold no logic of their own. May
 * import everything of {@code pipeline}; nothing imports this package.
 */
package org.nightjar.jobs;
