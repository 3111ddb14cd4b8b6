package dev.sluice.core.peer;

import dev.sluice.core.control.CaptureBuffer;
import dev.sluice.core.egress.OutgoingPacket;

/** Lays a peer's packets into a capture, in one piece. Owner: the room's worker. */
final class CaptureTap implements PacketTap {
  private final CaptureBuffer capture;
  private final byte[] whole = new byte[OutgoingPacket.MAX_BYTES];

  CaptureTap(CaptureBuffer capture) {
    this.capture = capture;
  }

  /** The capture. */
  CaptureBuffer capture() {
    return capture;
  }

  @Override
  public void received(byte[] packet, int offset, int length, long nowNanos) {
    capture.handlePacket(true, packet, offset, length, length, nowNanos);
  }

  @Override
  public void sent(OutgoingPacket packet, long nowNanos) {
    int front = packet.headerLength() + packet.prefixLength();
    if (!capture.withPayload()) {
      capture.handlePacket(
          false, packet.out(), packet.outOffset(), front, packet.bytes(), nowNanos);
      return;
    }
    System.arraycopy(packet.out(), packet.outOffset(), whole, 0, front);
    System.arraycopy(
        packet.payload(), packet.payloadOffset(), whole, front, packet.payloadLength());
    capture.handlePacket(false, whole, 0, packet.bytes(), packet.bytes(), nowNanos);
  }

  @Override
  public void sentRtcp(byte[] packet, int offset, int length, long nowNanos) {
    capture.handlePacket(false, packet, offset, length, length, nowNanos);
  }
}
