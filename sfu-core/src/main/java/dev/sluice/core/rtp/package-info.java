/**
 * RTP on the wire (RFC 3550, RFC 8285, RFC 4588): packets as flyweights over byte arrays, a header
 * writer, the header extensions that Sluice reads or writes, and the unwrapping of sequence numbers
 * and timestamps. It knows no stream, no codec and no encryption, keeps no packet and allocates
 * nothing per packet. Every package above may call it; its stateful objects belong to the thread
 * that owns the stream.
 *
 * <p>What comes from the network is checked once, by {@link dev.sluice.core.rtp.RtpPacket#isValid};
 * the accessors rely on that and check nothing again.
 */
@NullMarked
package dev.sluice.core.rtp;

import org.jspecify.annotations.NullMarked;
