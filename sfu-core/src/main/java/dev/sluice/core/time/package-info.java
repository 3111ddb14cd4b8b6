/**
 * The time base: how the one monotonic clock of a worker maps to the NTP time that RTP and RTCP put
 * on the wire. It reads no clock itself; time comes in as {@code nowNanos}. Everything above may
 * call it.
 */
@NullMarked
package dev.sluice.core.time;

import org.jspecify.annotations.NullMarked;
