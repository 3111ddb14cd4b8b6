/**
 * One peer connection's media side: SRTP contexts, RTCP in and out, transport-wide numbering, the
 * binding of SSRCs to streams, and the batch of datagrams that wait to leave. Owned by the worker
 * that owns the room; but for what another worker encrypts and sends for it, which is the {@link
 * dev.sluice.core.peer.EgressLane}'s.
 */
@NullMarked
package dev.sluice.core.peer;

import org.jspecify.annotations.NullMarked;
