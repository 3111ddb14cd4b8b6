/**
 * ICE as a value in, value out: a STUN datagram goes in, an {@link
 * dev.sluice.transport.ice.IceGateway.Outcome} says what to send back and what has become true. The
 * wire format is ice4j's codec; its agents, sockets and threads are not used. Knows no sockets, no
 * Netty and no rooms. Called by the media workers and, for credentials, by whoever opens a peer.
 */
@NullMarked
package dev.sluice.transport.ice;

import org.jspecify.annotations.NullMarked;
