/**
 * A network in virtual time for tests of congestion control: a bottleneck with a capacity trace, a
 * drop-tail queue, delay, jitter and seeded loss; flows that compete on it (media that follows
 * {@link dev.sluice.core.bandwidth.CongestionController}, CUBIC, a constant rate); and a record of
 * what happened. Part of the test-jar; nothing here reads a clock, starts a thread or draws a
 * random number that is not seeded.
 */
@NullMarked
package dev.sluice.core.testkit.link;

import org.jspecify.annotations.NullMarked;
