/**
 * DTLS 1.2 (RFC 6347) for DTLS-SRTP (RFC 5764): the server's certificate and, for each peer, one
 * server-side session on a virtual thread of its own. Datagrams go in by {@code offer}, datagrams
 * and SRTP keys come out. The protocol is Bouncy Castle's; what it leaves unbounded is bounded
 * here. Knows no sockets, no Netty and no rooms.
 */
@NullMarked
package dev.sluice.transport.dtls;

import org.jspecify.annotations.NullMarked;
