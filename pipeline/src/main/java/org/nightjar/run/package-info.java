/**
 * Assembles the stages into a night: stages, workspace (every path), run record, resume, progress.
 * The only package that imports the stage packages; nothing in {@code pipeline} imports it.
 */
package org.nightjar.run;
