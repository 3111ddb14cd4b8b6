package dev.sluice.core.peer;

import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.rtp.ArenaClaim;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packets for one peer that another worker is to encrypt and send, in the order in which they were
 * numbered. What the room's worker wrote itself lies here: headers and rewritten descriptors, and
 * whole RTCP packets. Payloads are references into the publisher's one history, which may be
 * written over before they are read; {@link ArenaClaim} tells.
 *
 * <p>One owner at a time: the room's worker fills it, {@link LanePort#offer} hands it over, the
 * lane empties it. Holds no memory before it is used, and keeps what it has grown to.
 */
public final class EgressOrder {
  private static final int MAX_PACKETS = DatagramBatch.MAX_DATAGRAMS;
  private static final int MAX_PACKET_BYTES = DatagramBatch.MAX_DATAGRAM_BYTES;

  /** Headers of a frame, and room for what {@link #makeRoom()} promises behind them. */
  private static final int INITIAL_BYTES = 2 * MAX_PACKET_BYTES;

  private static final byte[] NO_PAYLOAD = new byte[0];

  private byte[] buffer = NO_PAYLOAD;

  /** Bytes of each header; 0 says that the packet is RTCP. */
  private final int[] headerLengths = new int[MAX_PACKETS];

  /** Bytes that follow the header here; of RTCP all. */
  private final int[] prefixLengths = new int[MAX_PACKETS];

  private final byte[][] payloads = new byte[MAX_PACKETS][];
  private final int[] payloadOffsets = new int[MAX_PACKETS];
  private final int[] payloadLengths = new int[MAX_PACKETS];
  private final @Nullable ArenaClaim[] claims = new @Nullable ArenaClaim[MAX_PACKETS];
  private final long[] positions = new long[MAX_PACKETS];
  private int count;
  private int bytes;

  /** An empty one. */
  public EgressOrder() {
    Arrays.fill(payloads, NO_PAYLOAD);
  }

  /** Makes room for one more packet of any size; false when there are as many as may be. */
  boolean makeRoom() {
    if (count == MAX_PACKETS) {
      return false;
    }
    if (bytes + MAX_PACKET_BYTES > buffer.length) {
      int doubled = Math.max(INITIAL_BYTES, 2 * buffer.length);
      buffer = Arrays.copyOf(buffer, Math.min(doubled, MAX_PACKETS * MAX_PACKET_BYTES));
    }
    return true;
  }

  /** Where a packet is to be written, at {@link #nextOffset()}; another after {@link #makeRoom}. */
  byte[] buffer() {
    return buffer;
  }

  int nextOffset() {
    return bytes;
  }

  /** Packets that it holds. */
  public int count() {
    return count;
  }

  /** Keeps a packet whose header was written at {@link #nextOffset()}. */
  void add(OutgoingPacket packet) {
    headerLengths[count] = packet.headerLength();
    prefixLengths[count] = packet.prefixLength();
    payloadLengths[count] = packet.payloadLength();
    payloadOffsets[count] = 0;
    if (packet.payloadLength() > 0) {
      refer(packet);
    }
    bytes += packet.headerLength() + packet.prefixLength();
    count++;
  }

  private void refer(OutgoingPacket packet) {
    ArenaClaim claim = packet.claim();
    payloads[count] = packet.payload();
    payloadOffsets[count] = packet.payloadOffset();
    claims[count] = claim;
    positions[count] = claim == null ? 0 : claim.position(packet.payloadOffset());
  }

  /** Keeps an RTCP packet that was written at {@link #nextOffset()}. */
  void addRtcp(int length) {
    headerLengths[count] = 0;
    prefixLengths[count] = length;
    payloadOffsets[count] = 0;
    payloadLengths[count] = 0;
    bytes += length;
    count++;
  }

  boolean isRtcp(int index) {
    return headerLengths[index] == 0;
  }

  int headerLength(int index) {
    return headerLengths[index];
  }

  int prefixLength(int index) {
    return prefixLengths[index];
  }

  byte[] payload(int index) {
    return payloads[index];
  }

  int payloadOffset(int index) {
    return payloadOffsets[index];
  }

  int payloadLength(int index) {
    return payloadLengths[index];
  }

  /** Whether the payload was still there when it had been read. */
  boolean wasIntact(int index) {
    ArenaClaim claim = claims[index];
    return claim == null || claim.isIntact(positions[index]);
  }

  /** Empty again: nothing of the streams that it named is held. */
  void clear() {
    for (int i = 0; i < count; i++) {
      payloads[i] = NO_PAYLOAD;
      claims[i] = null;
    }
    count = 0;
    bytes = 0;
  }
}
