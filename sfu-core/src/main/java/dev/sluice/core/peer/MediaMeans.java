package dev.sluice.core.peer;

import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.srtp.SrtpCiphers;

/**
 * What all peers of one worker use in turns, because one packet is worked on at a time: so it stays
 * in the processor's cache. Owner: the worker; no other thread touches any of it.
 *
 * @param ciphers of the worker's thread
 * @param buffers for what waits to leave
 * @param outgoing the packet that is being written
 */
public record MediaMeans(SrtpCiphers ciphers, DatagramBuffers buffers, OutgoingPacket outgoing) {
  /** Those of a worker with such ciphers. */
  public static MediaMeans with(SrtpCiphers ciphers) {
    return new MediaMeans(ciphers, new DatagramBuffers(), new OutgoingPacket());
  }
}
