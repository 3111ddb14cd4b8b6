/**
 * How much may be sent to a subscriber, when, and on what: the estimate of the path from the
 * receiver's feedback, probes that look for more, pacing, the allocation of the estimate to slots,
 * and a log of why. One set of stateful objects per subscriber, owned by the room's worker; the
 * allocator is a pure function. It sends nothing, reads no clock and knows neither rooms nor slots'
 * contents: the room and the peer's session call it and carry out what it answers.
 */
@NullMarked
package dev.sluice.core.bandwidth;

import org.jspecify.annotations.NullMarked;
