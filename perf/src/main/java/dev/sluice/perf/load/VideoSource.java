package dev.sluice.perf.load;

import dev.sluice.core.rtp.BigEndian;
import java.util.Random;

/**
 * VP8 as a browser sends it: 30 frames a second of equal packets, a frame paced at 2.5 times the
 * stream's rate in bursts of 5 ms, as libwebrtc does. Descriptor (RFC 7741 §4.2) and frame header
 * are valid and say what a server reads of them; behind them is filler instead of a picture, and at
 * the packet's end the time at which it left. Keyframes are as large as other frames.
 *
 * <p>Owner: the loop.
 */
final class VideoSource implements MediaSource {
  private static final int FRAMES_PER_SECOND = 30;
  private static final long BURST_NANOS = 5_000_000;
  private static final double PACING_FACTOR = 2.5;
  private static final int DESCRIPTOR = 6;
  private static final int HISTORY = 512;
  private static final int CLOCK_RATE = 90_000;

  private final LoadPeer.Stream stream;
  private final Offer.Layer layer;
  private final int packetsOfFrame;
  private final long packetNanos;
  private final byte[] filler;
  private final byte[] payload;
  private final byte[][] sent = new byte[HISTORY][0];
  private final long[] sentTimestamps = new long[HISTORY];
  private final int[] sentSequences = new int[HISTORY];
  private boolean running;
  private boolean keyframeWanted = true;
  private boolean keyframe;
  private long frameNanos;
  private long dueNanos = Long.MAX_VALUE;
  private int indexInFrame;
  private int pictureId;
  private int sequence;
  private int rtxSequence;
  private long packetsSent;
  private long octetsSent;

  /**
   * @param packetBytes of a protected packet without retransmission
   */
  VideoSource(LoadPeer.Stream stream, Offer.Layer layer, int packetBytes) {
    this.stream = stream;
    this.layer = layer;
    packetsOfFrame =
        Math.max(
            1, (int) Math.round((double) layer.bitrateBps() / 8 / packetBytes / FRAMES_PER_SECOND));
    packetNanos = 8_000_000_000L * packetBytes / layer.bitrateBps();
    filler = new byte[packetBytes];
    new Random(stream.ssrc()).nextBytes(filler);
    payload = new byte[packetBytes];
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
    running = true;
    frameNanos = nowNanos;
    dueNanos = nowNanos;
    indexInFrame = 0;
    keyframeWanted = true;
  }

  @Override
  public void stop() {
    running = false; // once the frame is complete
  }

  @Override
  public void handleDue(LoadPeer peer, long nowNanos) {
    while (dueNanos <= nowNanos) {
      sendNext(peer);
      indexInFrame++;
      if (indexInFrame == packetsOfFrame) {
        indexInFrame = 0;
        frameNanos += packetsOfFrame * packetNanos;
        pictureId = pictureId + 1 & 0x7FFF;
        if (!running) {
          dueNanos = Long.MAX_VALUE;
          return;
        }
      }
      long paced = (long) (indexInFrame * packetNanos / PACING_FACTOR);
      dueNanos = frameNanos + paced / BURST_NANOS * BURST_NANOS;
    }
  }

  private void sendNext(LoadPeer peer) {
    if (indexInFrame == 0) {
      keyframe = keyframeWanted;
      keyframeWanted = false;
    }
    int length = peer.payloadBytes(stream, packetsSent, filler.length);
    writePayload(length);
    boolean last = indexInFrame == packetsOfFrame - 1;
    long timestamp = timestamp(frameNanos);
    int slot = sequence % HISTORY;
    long stamp = peer.sendMedia(stream, packetsSent, sequence, timestamp, last, payload, length);
    BigEndian.putInt64(payload, length - Long.BYTES, stamp);
    byte[] kept = sent[slot];
    if (kept.length != length) {
      kept = new byte[length];
      sent[slot] = kept;
    }
    System.arraycopy(payload, 0, kept, 0, length);
    sentTimestamps[slot] = last ? timestamp | 1L << 32 : timestamp;
    sentSequences[slot] = sequence;
    sequence = sequence + 1 & 0xFFFF;
    packetsSent++;
    octetsSent += length;
  }

  private void writePayload(int length) {
    System.arraycopy(filler, 0, payload, 0, length);
    payload[0] = (byte) (0x80 | (indexInFrame == 0 ? 0x10 : 0));
    payload[1] = (byte) 0xE0;
    payload[2] = (byte) (0x80 | pictureId >> 8);
    payload[3] = (byte) pictureId;
    payload[4] = (byte) pictureId;
    payload[5] = 0;
    if (indexInFrame > 0) {
      return;
    }
    // RFC 6386 §9.1: not a keyframe (0 for one), version 0, shown, and the first partition's size.
    int firstPartition = Math.min(0x7FFFF, packetsOfFrame * filler.length / 4);
    int tag = (keyframe ? 0 : 1) | 0x10 | firstPartition << 5;
    payload[DESCRIPTOR] = (byte) tag;
    payload[DESCRIPTOR + 1] = (byte) (tag >> 8);
    payload[DESCRIPTOR + 2] = (byte) (tag >> 16);
    if (keyframe) {
      payload[DESCRIPTOR + 3] = (byte) 0x9D;
      payload[DESCRIPTOR + 4] = 0x01;
      payload[DESCRIPTOR + 5] = 0x2A;
      payload[DESCRIPTOR + 6] = (byte) layer.width();
      payload[DESCRIPTOR + 7] = (byte) (layer.width() >> 8);
      payload[DESCRIPTOR + 8] = (byte) layer.height();
      payload[DESCRIPTOR + 9] = (byte) (layer.height() >> 8);
    }
  }

  @Override
  public void handleNack(LoadPeer peer, int wanted) {
    int slot = wanted % HISTORY;
    byte[] original = sent[slot];
    if (original.length == 0 || sentSequences[slot] != wanted) {
      return;
    }
    byte[] again = new byte[original.length + 2];
    BigEndian.putInt16(again, 0, wanted);
    System.arraycopy(original, 0, again, 2, original.length);
    boolean marker = sentTimestamps[slot] >>> 32 != 0;
    peer.sendAgain(stream, rtxSequence, (int) sentTimestamps[slot], marker, again);
    rtxSequence = rtxSequence + 1 & 0xFFFF;
  }

  @Override
  public void handleKeyframeRequest() {
    keyframeWanted = true;
  }

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
    return octetsSent;
  }
}
