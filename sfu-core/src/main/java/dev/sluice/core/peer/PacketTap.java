package dev.sluice.core.peer;

import dev.sluice.core.egress.OutgoingPacket;

/**
 * Sees every packet of a peer in plaintext: a hook for tests and captures. Called on the room's
 * worker; keeps no array.
 */
public interface PacketTap {
  /** A decrypted RTP or RTCP packet has come. */
  void received(byte[] packet, int offset, int length, long nowNanos);

  /** An RTP packet is about to be encrypted. */
  void sent(OutgoingPacket packet, long nowNanos);

  /** An RTCP packet is about to be encrypted. */
  void sentRtcp(byte[] packet, int offset, int length, long nowNanos);
}
