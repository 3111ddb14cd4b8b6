package dev.sluice.core.ingress;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.ReceptionStatistics;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.SequenceUnwrapper;
import dev.sluice.core.rtp.TimestampUnwrapper;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One incoming RTP stream (one SSRC): its history, statistics and repair. A track has one, or one
 * per simulcast layer.
 *
 * <p>Owner: the room's worker. Packets are decrypted straight into {@link #history()} and then
 * handed to {@link #handlePacket}.
 */
public final class IngressStream {
  /** Says that there is no such stream. */
  public static final int NONE = -1;

  private static final int VIDEO_ENTRIES = 1024;
  private static final int VIDEO_ARENA_BYTES = 768 * 1024;
  private static final int AUDIO_ENTRIES = 128;
  private static final int AUDIO_ARENA_BYTES = 32 * 1024;

  private final int id;
  private final int ssrc;
  private final String rid;
  private final PublishedTrack track;
  private final int replacedStreamId;
  private final PacketHistory history;
  private final SequenceUnwrapper sequences = new SequenceUnwrapper();
  private final TimestampUnwrapper timestamps = new TimestampUnwrapper();
  private final ReceptionStatistics reception = new ReceptionStatistics();
  private final NackGenerator nacks = new NackGenerator();
  private final KeyframeRequests keyframes = new KeyframeRequests();
  private final SenderReportTime lastReport = new SenderReportTime();

  private @Nullable NegotiatedCodec codec;
  private @Nullable PayloadReader reader;
  private int frameWidth;
  private int frameHeight;
  private long packets;
  private long bytes;
  private long lastPacketNanos;

  IngressStream(
      int id, int ssrc, String rid, PublishedTrack track, @Nullable IngressStream replaces) {
    this.id = id;
    this.ssrc = ssrc;
    this.rid = rid;
    this.track = track;
    replacedStreamId = replaces == null ? NONE : replaces.id();
    boolean video = track.section().kind() == MediaKind.VIDEO;
    history =
        new PacketHistory(
            video ? VIDEO_ENTRIES : AUDIO_ENTRIES, video ? VIDEO_ARENA_BYTES : AUDIO_ARENA_BYTES);
  }

  /** Unique in the room. */
  public int id() {
    return id;
  }

  /** The publisher's SSRC. */
  public int ssrc() {
    return ssrc;
  }

  /** The simulcast layer's name, empty without simulcast. */
  public String rid() {
    return rid;
  }

  /** The stream whose place this one took when the publisher changed its SSRC, or {@link #NONE}. */
  public int replacedStreamId() {
    return replacedStreamId;
  }

  public PublishedTrack track() {
    return track;
  }

  public PacketHistory history() {
    return history;
  }

  public ReceptionStatistics reception() {
    return reception;
  }

  public NackGenerator nacks() {
    return nacks;
  }

  public KeyframeRequests keyframes() {
    return keyframes;
  }

  /** The last sender report. */
  public SenderReportTime lastReport() {
    return lastReport;
  }

  /** The format of the last packet, or null before the first. */
  public @Nullable NegotiatedCodec codec() {
    return codec;
  }

  /** Pixels as the last keyframe said, 0 where nothing said it. */
  public int frameWidth() {
    return frameWidth;
  }

  /** Pixels as the last keyframe said, 0 where nothing said it. */
  public int frameHeight() {
    return frameHeight;
  }

  /** The highest extended sequence number so far, or -1. */
  public long highestSequence() {
    return sequences.last();
  }

  /** Packets received, retransmissions that repaired something included. */
  public long packets() {
    return packets;
  }

  /** RTP payload and header bytes of those packets. */
  public long bytes() {
    return bytes;
  }

  /** When the last packet came. */
  public long lastPacketNanos() {
    return lastPacketNanos;
  }

  /**
   * Takes a decrypted packet that lies at {@code offset} of the history's arena (where {@link
   * PacketHistory#reserve} said), files it and reads its headers into {@code out}.
   *
   * @param retransmitted it came on the RTX stream: it says nothing about jitter
   * @return null when {@code out} is set and the packet is to be forwarded, else why not
   */
  public @Nullable DropReason handlePacket(
      int offset, int length, boolean retransmitted, MediaPacket out, long nowNanos) {
    byte[] arena = history.arena();
    NegotiatedCodec arrived = codecOf(track.section(), RtpPacket.payloadType(arena, offset));
    if (arrived == null) {
      return DropReason.UNKNOWN_PAYLOAD_TYPE;
    }
    int sequence16 = RtpPacket.sequence(arena, offset);
    long sequence = sequences.peek(sequence16);
    if (retransmitted && sequence < 0) {
      return DropReason.NOT_WANTED;
    }
    sequence = sequences.unwrap(sequence16);
    if (sequence <= sequences.last() - history.entries()) {
      // Its place belongs to a newer packet, which would be taken for new if it came again.
      return DropReason.TOO_OLD;
    }
    if (history.contains(sequence)) {
      return DropReason.DUPLICATE;
    }
    long timestamp = timestamps.unwrap(RtpPacket.timestamp(arena, offset));
    history.commit(sequence, length);
    packets++;
    bytes += length;
    lastPacketNanos = nowNanos;
    if (!retransmitted) {
      reception.record(sequence, timestamp, nowNanos, arrived.parameters().clockRateHz());
    }
    nacks.handlePacket(sequence, nowNanos);
    read(offset, length, sequence, timestamp, arrived, out, nowNanos);
    if (out.payloadLength() > 0 && out.facts().keyframe()) {
      handleKeyframe(out);
    }
    return null;
  }

  /**
   * Reads a packet of the history again, for a retransmission.
   *
   * @return false when it is no longer there
   */
  public boolean reread(long sequence, MediaPacket out) {
    int offset = history.offset(sequence);
    if (offset < 0) {
      return false;
    }
    NegotiatedCodec stored =
        codecOf(track.section(), RtpPacket.payloadType(history.arena(), offset));
    if (stored == null) {
      return false;
    }
    long timestamp = timestamps.peek(RtpPacket.timestamp(history.arena(), offset));
    read(offset, history.length(sequence), sequence, timestamp, stored, out, lastPacketNanos);
    return true;
  }

  private void read(
      int offset,
      int length,
      long sequence,
      long timestamp,
      NegotiatedCodec format,
      MediaPacket out,
      long nowNanos) {
    byte[] arena = history.arena();
    int headerLength = RtpPacket.headerLength(arena, offset);
    int payloadLength = RtpPacket.payloadLength(arena, offset, length);
    boolean marker = RtpPacket.marker(arena, offset);
    out.setHeader(arena, offset + headerLength, payloadLength, sequence, timestamp, marker);
    out.setOrigin(id, format.parameters(), nowNanos);
    Map<HeaderExtension, Integer> ids = track.section().receiveExtensions();
    out.setExtensions(
        extension(arena, offset, ids.get(HeaderExtension.AUDIO_LEVEL)),
        extension(arena, offset, ids.get(HeaderExtension.VIDEO_ORIENTATION)));
    if (payloadLength > 0) {
      PayloadReader current = readerOf(format);
      if (!current.read(arena, offset + headerLength, payloadLength, marker, out.facts())) {
        out.clearFacts();
      }
    } else {
      out.clearFacts();
    }
  }

  /**
   * The stream's RTP timestamp at an instant of the server's clock, by its publisher's sender
   * reports; -1 before the first report. All streams of one publisher agree on it, which is what
   * lip-sync needs.
   */
  public long timestampAt(long nowNanos) {
    NegotiatedCodec format = codec;
    if (!lastReport.known() || !track.clock().known() || format == null) {
      return -1;
    }
    long reportNanos = track.clock().toServerNanos(lastReport.senderNanos());
    double ticks = (nowNanos - reportNanos) * 1e-9 * format.parameters().clockRateHz();
    return timestamps.peek(lastReport.timestamp()) + Math.round(ticks);
  }

  private void handleKeyframe(MediaPacket packet) {
    keyframes.handleKeyframe();
    if (packet.facts().width() > 0) {
      frameWidth = packet.facts().width();
      frameHeight = packet.facts().height();
    }
  }

  private PayloadReader readerOf(NegotiatedCodec format) {
    PayloadReader current = reader;
    if (current == null
        || codec == null
        || codec.parameters().codec() != format.parameters().codec()) {
      current = PayloadReader.of(format.parameters().codec());
      reader = current;
    }
    codec = format;
    return current;
  }

  private static int extension(byte[] arena, int offset, @Nullable Integer id) {
    if (id == null) {
      return MediaPacket.ABSENT;
    }
    long place = RtpPacket.findExtension(arena, offset, id);
    return place == RtpPacket.NO_EXTENSION || RtpPacket.extensionLength(place) < 1
        ? MediaPacket.ABSENT
        : RtpPacket.extensionOffset(place);
  }

  private static @Nullable NegotiatedCodec codecOf(NegotiatedSection section, int payloadType) {
    for (int i = 0; i < section.codecs().size(); i++) {
      NegotiatedCodec candidate = section.codecs().get(i);
      if (candidate.payloadType() == payloadType && candidate.parameters().codec() != Codec.RED) {
        return candidate;
      }
    }
    return null;
  }
}
