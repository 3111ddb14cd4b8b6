/**
 * RTCP on the wire (RFC 3550 §6, RFC 4585, RFC 5104, REMB, transport-wide feedback): a cursor over
 * compound packets, flyweights and reusable cursors for each kind, a writer for compound packets,
 * and the two pieces of receiver state that only exist to fill reports: reception statistics and
 * the transport-wide arrival record. It decides nothing (when to send, whom to ask) and knows no
 * stream beyond its SSRC. Every package above may call it; stateful objects belong to the thread
 * that owns the peer.
 */
@NullMarked
package dev.sluice.core.rtcp;

import org.jspecify.annotations.NullMarked;
