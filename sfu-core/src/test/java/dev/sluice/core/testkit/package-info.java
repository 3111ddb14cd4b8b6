/**
 * Whole conferences in virtual time: a real {@link dev.sluice.core.room.Room} between simulated
 * peers, over links with seeded loss. Part of the test-jar, for the tests of every module; nothing
 * here reads a clock or starts a thread.
 */
@NullMarked
package dev.sluice.core.testkit;

import org.jspecify.annotations.NullMarked;
