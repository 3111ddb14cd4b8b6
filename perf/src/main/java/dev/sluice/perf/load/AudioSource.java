package dev.sluice.perf.load;

/**
 * Opus: a packet of 100 bytes each 20 ms, with an audio level. All but the TOC byte is filler, with
 * the time at which it left at the end. Owner: the loop.
 */
final class AudioSource implements MediaSource {
  private static final long PACKET_NANOS = 20_000_000;
  private static final int PAYLOAD_BYTES = 100;
  private static final int CLOCK_RATE = 48_000;

  private final LoadPeer.Stream stream;
  private final byte[] payload = new byte[PAYLOAD_BYTES];
  private long dueNanos = Long.MAX_VALUE;
  private int sequence;
  private long packetsSent;

  AudioSource(LoadPeer.Stream stream) {
    this.stream = stream;
    java.util.Arrays.fill(payload, (byte) 0x5A);
    payload[0] = 0x78; // RFC 6716 §3.1: CELT, 20 ms, mono, one frame
  }

  @Override
  public long dueNanos() {
    return dueNanos;
  }

  @Override
  public int ssrc() {
    return stream.ssrc();
  }

  @Override
  public void start(long nowNanos) {
    // Spread over the interval: participants do not begin together.
    dueNanos = nowNanos + Math.floorMod(stream.ssrc() * 0x9E37_79B9L, PACKET_NANOS);
  }

  @Override
  public void stop() {
    dueNanos = Long.MAX_VALUE;
  }

  @Override
  public void handleDue(LoadPeer peer, long nowNanos) {
    while (dueNanos <= nowNanos) {
      long ignored =
          peer.sendMedia(
              stream, packetsSent, sequence, timestamp(dueNanos), false, payload, PAYLOAD_BYTES);
      sequence = sequence + 1 & 0xFFFF;
      packetsSent++;
      dueNanos += PACKET_NANOS;
    }
  }

  @Override
  public void handleNack(LoadPeer peer, int wanted) {}

  @Override
  public void handleKeyframeRequest() {}

  @Override
  public long timestamp(long nanos) {
    return nanos / 1_000 * CLOCK_RATE / 1_000_000;
  }

  @Override
  public long packetsSent() {
    return packetsSent;
  }

  @Override
  public long octetsSent() {
    return packetsSent * PAYLOAD_BYTES;
  }
}
