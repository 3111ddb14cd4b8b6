package dev.sluice.core.egress;

import dev.sluice.core.media.Codec;
import dev.sluice.core.rtp.BigEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A publisher's stream with spatial and temporal layers as packets, and what each of its frames
 * refers to. Temporal layers follow the pattern 0 2 1 2 of three (0 1 of two); with spatial layers
 * it is VP9 in flexible mode as Chromium sends it, or any payload with a dependency descriptor
 * (AV1); without them VP8.
 */
final class LayeredSource {
  private static final int[] THREE = {0, 2, 1, 2};
  private static final int[] TWO = {0, 1, 0, 1};
  private static final int HEADER = 12;

  /** What the source sends for one frame. */
  record Frame(
      int id, int picture, int spatialId, int temporalId, boolean key, List<Integer> references) {}

  /** One packet of a frame; the dependency descriptor is empty where it has none. */
  static final class Packet {
    private final LayeredSource source;
    private final long sequence;
    private final long timestamp;
    private final boolean marker;
    private final Frame frame;
    private final byte[] payload;
    private final byte[] descriptor;

    /** The end of a frame's last packet is the picture's where no layer is above it. */
    private Packet(
        LayeredSource source, Frame frame, boolean end, byte[] payload, byte[] descriptor) {
      this.source = source;
      this.frame = frame;
      this.payload = payload;
      this.descriptor = descriptor;
      sequence = source.sequence++;
      timestamp = source.timestamp;
      marker = end && frame.spatialId() == source.spatialLayers - 1;
    }

    int stream() {
      return source.stream;
    }

    Codec codec() {
      return source.codec;
    }

    long sequence() {
      return sequence;
    }

    long timestamp() {
      return timestamp;
    }

    boolean marker() {
      return marker;
    }

    Frame frame() {
      return frame;
    }

    byte[] payload() {
      return payload;
    }

    byte[] descriptor() {
      return descriptor;
    }
  }

  private final int stream;
  private final Codec codec;
  private final int spatialLayers;
  private final int temporalLayers;
  private final boolean keyOnly;
  private final int packetsPerFrame;

  /** Per spatial and temporal layer: the last frame that others may refer to. */
  private final int[][] last;

  private long sequence;
  private long timestamp;
  private int pictureId;
  private int tl0;
  private int picture;
  private int frames;
  private int inPattern;

  /**
   * A source.
   *
   * @param keyOnly layers refer to each other in key pictures only (K-SVC)
   */
  LayeredSource(
      int stream,
      Codec codec,
      int spatialLayers,
      int temporalLayers,
      boolean keyOnly,
      int packetsPerFrame,
      long sequence) {
    this.stream = stream;
    this.codec = codec;
    this.spatialLayers = spatialLayers;
    this.temporalLayers = temporalLayers;
    this.keyOnly = keyOnly;
    this.packetsPerFrame = packetsPerFrame;
    this.sequence = sequence;
    timestamp = 1000L * sequence;
    pictureId = (int) (sequence * 31) & 0x7FFF;
    tl0 = (int) sequence & 0xFF;
    last = new int[spatialLayers][temporalLayers];
  }

  /** The packets of the next picture. */
  List<Packet> next(boolean key) {
    if (key) {
      inPattern = 0;
    }
    int temporalId =
        switch (temporalLayers) {
          case 3 -> THREE[inPattern % 4];
          case 2 -> TWO[inPattern % 4];
          default -> 0;
        };
    boolean first = inPattern % 4 < 2 || temporalId == 1;
    if (temporalId == 0) {
      tl0 = tl0 + 1 & 0xFF;
    }
    List<Packet> packets = new ArrayList<>();
    int below = -1;
    for (int spatialId = 0; spatialId < spatialLayers; spatialId++) {
      List<Integer> references = new ArrayList<>();
      if (!key) {
        references.addAll(earlier(spatialId, temporalId));
      }
      if (below >= 0 && (key || !keyOnly)) {
        references.add(below);
      }
      Frame frame = new Frame(frames++, picture, spatialId, temporalId, key, references);
      below = frame.id();
      if (key) {
        Arrays.fill(last[spatialId], frame.id());
      } else {
        last[spatialId][temporalId] = frame.id();
        if (temporalId == 0) {
          Arrays.fill(last[spatialId], frame.id());
        }
      }
      for (int i = 0; i < packetsPerFrame; i++) {
        boolean end = i == packetsPerFrame - 1;
        byte[] descriptor = codec == Codec.AV1 ? descriptor(frame, i == 0, end) : new byte[0];
        byte[] payload = payload(frame, i == 0, end, first);
        packets.add(new Packet(this, frame, end, payload, descriptor));
      }
    }
    picture++;
    inPattern++;
    pictureId = pictureId + 1 & 0x7FFF;
    timestamp += 3000;
    return packets;
  }

  /** A frame refers to the last one of each layer up to its own, the highest one to no equal. */
  private List<Integer> earlier(int spatialId, int temporalId) {
    List<Integer> references = new ArrayList<>();
    int highest = temporalId == 0 ? 0 : temporalId == temporalLayers - 1 ? temporalId - 1 : 1;
    for (int layer = 0; layer <= highest; layer++) {
      if (!references.contains(last[spatialId][layer])) {
        references.add(last[spatialId][layer]);
      }
    }
    return references;
  }

  /** The frame that a payload which came out belongs to. */
  static int frameId(byte[] bytes, int end) {
    return (int) BigEndian.uint32(bytes, end - 4);
  }

  private byte[] payload(Frame frame, boolean start, boolean end, boolean onlyBase) {
    byte[] payload = new byte[HEADER + 16];
    if (codec == Codec.AV1) {
      // Encrypted, for all that a server can tell.
      Arrays.fill(payload, (byte) 0xFF);
      BigEndian.putInt32(payload, payload.length - 4, frame.id());
      return payload;
    }
    boolean vp8 = codec == Codec.VP8;
    int at = vp8 ? vp8(payload, frame, start, onlyBase) : vp9(payload, frame, start, end);
    payload[at] = (byte) (frame.key() && start ? 0x10 : 0x11);
    if (vp8 && frame.key() && start) {
      payload[at + 3] = (byte) 0x9D;
      payload[at + 4] = 0x01;
      payload[at + 5] = 0x2A;
      payload[at + 6] = 64;
      payload[at + 8] = 64;
    }
    BigEndian.putInt32(payload, payload.length - 4, frame.id());
    return payload;
  }

  private byte[] descriptor(Frame frame, boolean start, boolean end) {
    int[] layers = {spatialLayers, temporalLayers};
    int[] differences = frame.references().stream().mapToInt(id -> frame.id() - id).toArray();
    boolean structure = frame.key() && frame.spatialId() == 0 && start;
    return DescriptorBits.of(frame, start, end, structure, layers, differences);
  }

  private int vp8(byte[] out, Frame frame, boolean start, boolean onlyBase) {
    out[0] = (byte) (0x80 | (start ? 0x10 : 0));
    out[1] = (byte) 0xE0;
    BigEndian.putInt16(out, 2, 0x8000 | pictureId);
    out[4] = (byte) tl0;
    boolean sync = frame.temporalId() > 0 && onlyBase;
    out[5] = (byte) (frame.temporalId() << 6 | (sync ? 0x20 : 0));
    return 6;
  }

  private int vp9(byte[] out, Frame frame, boolean start, boolean end) {
    boolean refers = !frame.key();
    boolean interLayer = frame.spatialId() > 0 && (frame.key() || !keyOnly);
    out[0] =
        (byte)
            (0x80
                | (refers ? 0x40 : 0)
                | 0x30
                | (start ? 0x08 : 0)
                | (end ? 0x04 : 0)
                | (keyOnly && refers ? 0x01 : 0));
    BigEndian.putInt16(out, 1, 0x8000 | pictureId);
    out[3] =
        (byte) (frame.temporalId() << 5 | 0x10 | frame.spatialId() << 1 | (interLayer ? 1 : 0));
    if (!refers) {
      return 4;
    }
    out[4] = 2;
    return 5;
  }
}
