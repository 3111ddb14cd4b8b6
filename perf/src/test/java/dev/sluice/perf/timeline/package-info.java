/**
 * Draws what congestion control does over time: the cases of RFC 8867 and a subscriber's path in a
 * room, both in virtual time, as pictures for docs/bandwidth.md. Test code, because it needs the
 * core's testkit; {@code perf/timelines} runs it.
 */
@NullMarked
package dev.sluice.perf.timeline;

import org.jspecify.annotations.NullMarked;
