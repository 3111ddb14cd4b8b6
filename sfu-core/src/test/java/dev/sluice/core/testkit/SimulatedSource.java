package dev.sluice.core.testkit;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtp.AudioLevel;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.Rtx;
import dev.sluice.core.sdp.NegotiatedCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stream that a simulated peer sends: Opus every 20 ms, or VP8 at 25 pictures a second with a
 * keyframe first and whenever one was asked for. Keeps what it sent for retransmission.
 */
public final class SimulatedSource {
  private static final int KEPT = 2048;
  private static final long AUDIO_INTERVAL_NANOS = 20_000_000;
  private static final long VIDEO_INTERVAL_NANOS = 40_000_000;
  private static final int MAX_PAYLOAD_BYTES = 1_100;

  /** The temporal layers of a picture in a row of four, with two and with three layers. */
  private static final int[][] TEMPORAL_PATTERNS = {{0, 1, 0, 1}, {0, 2, 1, 2}};

  private final MediaKind kind;
  private final byte[] mid;
  private final byte[] rid;
  private final Map<HeaderExtension, Integer> ids;
  private final RtpHeaderWriter headers = new RtpHeaderWriter();
  private final Map<Integer, byte[]> kept =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
          return size() > KEPT;
        }
      };

  private int ssrc;
  private int sequence;
  private final long timestampOrigin;
  private int rtxSequence;
  private int pictureId;
  private boolean keyframeDue = true;
  private boolean running = true;
  private int width = 640;
  private int height = 360;
  private int packetsPerFrame = 3;
  private int leastPayloadBytes;
  private int keyframeFactor = 1;
  private int debtPackets;
  private int temporalLayers = 1;
  private int placeInPattern;
  private int tl0PicIdx;
  private long picturesMade;
  private boolean redundant;
  private byte[] lastAudio = new byte[0];
  private int levelMinusDbov = 30;
  private long nextFrameNanos;
  private long keyframesAsked;
  private long keyframesMade;
  private long packetsMade;
  private long octetsMade;

  SimulatedSource(
      MediaKind kind, String mid, String rid, int ssrc, int seed, long startNanos, int peerNumber) {
    this.kind = kind;
    this.mid = mid.getBytes(StandardCharsets.US_ASCII);
    this.rid = rid.getBytes(StandardCharsets.US_ASCII);
    this.ssrc = ssrc;
    ids = Agreement.extensionIds(peerNumber);
    sequence = seed & 0x7FFF;
    timestampOrigin = seed * 7919L & 0xFFFF_FFFFL;
    pictureId = seed >> 3 & 0x7FFF;
    rtxSequence = seed >> 5 & 0x7FFF;
    nextFrameNanos = startNanos;
  }

  /** Pictures have this size from the next keyframe on. */
  public void setSize(int newWidth, int newHeight) {
    width = newWidth;
    height = newHeight;
    keyframeDue = true;
  }

  /** Audio goes out as RED, with the packet before in each, or as Opus. */
  public void setRedundant(boolean on) {
    redundant = on;
  }

  /** Video has so many temporal layers (up to three) from the next keyframe on. */
  public void setTemporalLayers(int count) {
    temporalLayers = count;
    keyframeDue = true;
  }

  /** How many packets a picture has. */
  public void setPacketsPerFrame(int count) {
    packetsPerFrame = count;
  }

  /**
   * Pictures come to this many bits of payload a second, in as few packets as a network carries.
   */
  public void setBitrate(long bitrateBps) {
    int pictureBytes = (int) (bitrateBps * VIDEO_INTERVAL_NANOS / 8_000_000_000L);
    packetsPerFrame = (pictureBytes + MAX_PAYLOAD_BYTES - 1) / MAX_PAYLOAD_BYTES;
    leastPayloadBytes = pictureBytes / packetsPerFrame;
  }

  /**
   * Keyframes have so many times the packets of other pictures, and the encoder keeps to its rate
   * all the same: it halves pictures to pay for a keyframe, and leaves pictures out while it is
   * half a second in debt.
   */
  public void setKeyframeFactor(int times) {
    keyframeFactor = times;
  }

  /** The audio level in its packets: 0 is the loudest, 127 silence. */
  public void setLevel(int minusDbov) {
    levelMinusDbov = minusDbov;
  }

  /** The number of the next packet. */
  public void setSequence(int next) {
    sequence = next & 0xFFFF;
  }

  /** Leaves numbers out. */
  public void skip(int numbers) {
    sequence = sequence + numbers & 0xFFFF;
  }

  /** The picture id of the next picture. */
  public void setPictureId(int next) {
    pictureId = next & 0x7FFF;
  }

  /** Goes on under another SSRC, as a new encoder on the same m-line does. */
  public void changeSsrc(int newSsrc) {
    ssrc = newSsrc;
    sequence = sequence + 12_345 & 0xFFFF;
    pictureId = pictureId + 4321 & 0x7FFF;
    keyframeDue = true;
    kept.clear();
  }

  /** Sends nothing until {@link #resume}. */
  public void pause() {
    running = false;
  }

  /** Goes on after {@link #pause}, without a keyframe of its own accord. */
  public void resume(long nowNanos) {
    running = true;
    nextFrameNanos = nowNanos;
  }

  /** Goes on after {@link #pause} with a keyframe, as an encoder that was turned off. */
  public void restart(long nowNanos) {
    resume(nowNanos);
    keyframeDue = true;
  }

  /** Whether it sends. */
  public boolean running() {
    return running;
  }

  /** Makes the next picture a keyframe, as a PLI does. */
  public void requestKeyframe() {
    keyframesAsked++;
    keyframeDue = true;
  }

  /** Pictures that were sent. */
  public long picturesMade() {
    return picturesMade;
  }

  /** Keyframe requests that came. */
  public long keyframesAsked() {
    return keyframesAsked;
  }

  /** Keyframes that were sent. */
  public long keyframesMade() {
    return keyframesMade;
  }

  /** Media packets made, without retransmissions. */
  public long packetsMade() {
    return packetsMade;
  }

  long octetsMade() {
    return octetsMade;
  }

  MediaKind kind() {
    return kind;
  }

  /** The name of the simulcast layer, empty without simulcast. */
  String rid() {
    return new String(rid, StandardCharsets.US_ASCII);
  }

  /** The SSRC; that of retransmissions is one more. */
  public int ssrc() {
    return ssrc;
  }

  long nextFrameNanos() {
    return running ? nextFrameNanos : Long.MAX_VALUE;
  }

  /** The RTP timestamp of an instant. */
  long timestampAt(long instantNanos) {
    long rate = codec().parameters().clockRateHz();
    return timestampOrigin + instantNanos / 1000 * rate / 1_000_000;
  }

  /** The packets of the frame that is due. */
  public List<byte[]> makeFrame(long nowNanos) {
    nextFrameNanos =
        nowNanos + (kind == MediaKind.AUDIO ? AUDIO_INTERVAL_NANOS : VIDEO_INTERVAL_NANOS);
    if (kind == MediaKind.AUDIO) {
      byte[] encoded = MediaPayload.opus(nowNanos);
      byte[] payload =
          redundant ? MediaPayload.red(Agreement.OPUS.payloadType(), lastAudio, encoded) : encoded;
      lastAudio = encoded;
      return List.of(make(payload, false, nowNanos));
    }
    boolean keyframe = keyframeDue;
    int count = packetsOfPicture(keyframe);
    if (count == 0) {
      return List.of();
    }
    keyframeDue = false;
    keyframesMade += keyframe ? 1 : 0;
    picturesMade++;
    placeInPattern = keyframe ? 0 : placeInPattern + 1 & 3;
    int temporalId =
        temporalLayers == 1 ? 0 : TEMPORAL_PATTERNS[temporalLayers - 2][placeInPattern];
    tl0PicIdx = temporalId == 0 ? tl0PicIdx + 1 & 0xFF : tl0PicIdx;
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] payload = MediaPayload.vp8(keyframe, i, pictureId, width, height, nowNanos);
      if (temporalLayers > 1) {
        // The last picture of four refers to the one before the last as well.
        boolean sync = temporalId > 0 && (temporalLayers == 2 || placeInPattern < 3);
        MediaPayload.setTemporalLayer(payload, tl0PicIdx, temporalId, sync);
      }
      int length = Math.max(payload.length, leastPayloadBytes);
      packets.add(make(Arrays.copyOf(payload, length), i == count - 1, nowNanos));
    }
    pictureId = pictureId + 1 & 0x7FFF;
    return packets;
  }

  private int packetsOfPicture(boolean keyframe) {
    int halfSecondPackets = (int) (500_000_000 / VIDEO_INTERVAL_NANOS) * packetsPerFrame;
    int count = keyframe ? keyframeFactor * packetsPerFrame : packetsPerFrame;
    if (debtPackets > halfSecondPackets) {
      count = 0;
    } else if (!keyframe && debtPackets > 0) {
      count = Math.max(1, packetsPerFrame / 2);
    }
    debtPackets = Math.max(0, debtPackets + count - packetsPerFrame);
    return count;
  }

  /** A packet of the stream with any payload, to be sent by its peer. */
  public byte[] make(byte[] payload, boolean marker, long nowNanos) {
    byte[] packet =
        packet(codec().payloadType(), ssrc, sequence, timestampAt(nowNanos), marker, payload);
    kept.put(sequence, packet);
    sequence = sequence + 1 & 0xFFFF;
    packetsMade++;
    octetsMade += payload.length;
    return packet;
  }

  /** The retransmission of a packet (RFC 4588), or null when it is no longer kept. */
  byte @Nullable [] retransmit(int sequence16) {
    byte[] original = kept.get(sequence16);
    if (original == null || codec().rtxPayloadType() < 0) {
      return null;
    }
    int headerLength = RtpPacket.headerLength(original, 0);
    byte[] payload = new byte[original.length - headerLength + Rtx.OVERHEAD];
    System.arraycopy(original, headerLength, payload, Rtx.OVERHEAD, original.length - headerLength);
    Rtx.writeOriginalSequence(payload, 0, sequence16);
    byte[] packet =
        packet(
            codec().rtxPayloadType(),
            ssrc + 1,
            rtxSequence,
            RtpPacket.timestamp(original, 0),
            RtpPacket.marker(original, 0),
            payload);
    rtxSequence = rtxSequence + 1 & 0xFFFF;
    return packet;
  }

  private NegotiatedCodec codec() {
    if (kind == MediaKind.VIDEO) {
      return Agreement.VP8;
    }
    return redundant ? Agreement.RED : Agreement.OPUS;
  }

  private byte[] packet(
      int payloadType, int packetSsrc, int number, long timestamp, boolean marker, byte[] payload) {
    byte[] out = new byte[200 + payload.length];
    headers.begin(out, 0, payloadType, marker, number, timestamp, packetSsrc);
    add(HeaderExtension.MID, mid);
    if (rid.length > 0) {
      add(packetSsrc == ssrc ? HeaderExtension.RID : HeaderExtension.REPAIRED_RID, rid);
    }
    if (kind == MediaKind.AUDIO) {
      byte[] level = new byte[AudioLevel.LENGTH];
      AudioLevel.write(level, 0, levelMinusDbov, levelMinusDbov < 60);
      add(HeaderExtension.AUDIO_LEVEL, level);
    }
    add(HeaderExtension.TRANSPORT_SEQUENCE, new byte[2]);
    int headerLength = headers.finish();
    byte[] packet = new byte[headerLength + payload.length];
    System.arraycopy(out, 0, packet, 0, headerLength);
    System.arraycopy(payload, 0, packet, headerLength, payload.length);
    return packet;
  }

  private void add(HeaderExtension extension, byte[] data) {
    Integer id = ids.get(extension);
    if (id != null && !headers.extension(id, data, 0, data.length)) {
      throw new IllegalStateException("no room for " + extension);
    }
  }
}
