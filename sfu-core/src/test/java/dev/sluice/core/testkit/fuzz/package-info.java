/**
 * What the fuzz tests of all modules share: targets behind one door, and input between poison. Not
 * the targets themselves, which stand beside the parsers. For tests only.
 */
@NullMarked
package dev.sluice.core.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
