package dev.sluice.core.ingress;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadFacts;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.ReceptionStatistics;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.SequenceUnwrapper;
import dev.sluice.core.rtp.TimestampUnwrapper;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
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

  /**
   * What a replay may cost: well within what the history keeps and what a slot remembers of the
   * packets that it sent.
   */
  private static final int MAX_REPLAY_PACKETS = 256;

  private static final int MAX_REPLAY_BYTES = 256 * 1024;

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
  private final LastKeyframe lastKeyframe = new LastKeyframe();

  private final IngressPacketReader reader;
  private final LayerMeter layers = new LayerMeter();
  private final LayerSizes sizes = new LayerSizes();
  private final Suspension suspension = new Suspension();
  private long packets;
  private long bytes;
  private long lastPacketNanos;
  private long runStartNanos;
  private boolean interrupted;
  private boolean ended;

  IngressStream(
      int id, int ssrc, String rid, PublishedTrack track, @Nullable IngressStream replaces) {
    this.id = id;
    this.ssrc = ssrc;
    this.rid = rid;
    this.track = track;
    replacedStreamId = replaces == null ? NONE : replaces.id();
    reader = new IngressPacketReader(id, track, lastReport);
    boolean video = track.section().kind() == MediaKind.VIDEO;
    history =
        new PacketHistory(
            video ? VIDEO_ENTRIES : AUDIO_ENTRIES, video ? VIDEO_ARENA_BYTES : AUDIO_ARENA_BYTES);
  }

  /** Unique in the room, and in every room that its publisher may come to. */
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
    return reader.codec();
  }

  /** Pixels as the last keyframe said, 0 where nothing said it. */
  public int frameWidth() {
    return sizes.width(PayloadFacts.MAX_LAYER_ID);
  }

  /** Pixels as the last keyframe said, 0 where nothing said it. */
  public int frameHeight() {
    return sizes.height(PayloadFacts.MAX_LAYER_ID);
  }

  /** Dependency descriptors that could not be read. */
  public long unreadDescriptors() {
    return reader.unreadDescriptors();
  }

  /** How large the layers' pictures are. */
  public LayerSizes sizes() {
    return sizes;
  }

  /** What its layers really carry. */
  public LayerMeter layers() {
    return layers;
  }

  /** Whether packets come. */
  public boolean alive(long nowNanos) {
    return packets > 0 && !ended && nowNanos - lastPacketNanos < LayerMeter.DEAD_AFTER_NANOS;
  }

  /** Whether its publisher was asked to leave it out. */
  public Suspension suspension() {
    return suspension;
  }

  /** Its publisher is asked to leave it out: nobody waits for anything of it. */
  public void suspend(long nowNanos) {
    suspension.suspend();
    layers.hold(nowNanos);
    keyframes.abandon();
  }

  /** Its publisher is asked for it again. */
  public void resume(long nowNanos) {
    suspension.resume(nowNanos);
  }

  /** Its publisher was asked for it, and it had its time to come: only what comes counts. */
  public void endSuspension() {
    layers.release();
  }

  /** Whether it is off, or not back yet, only because nobody needed it. */
  public boolean obtainable(long nowNanos) {
    return suspension.suspended() || suspension.resuming(nowNanos);
  }

  /** Whether packets come again only since then, after a time without. */
  public boolean resumedAfter(long instantNanos) {
    return interrupted && runStartNanos - instantNanos > 0;
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
   * Whether its publisher has said goodbye to it (RFC 3550 §6.6): a layer that was turned off, for
   * example. It goes on under the same SSRC with its next packet.
   */
  public boolean ended() {
    return ended;
  }

  /** The publisher says that nothing more comes. */
  public void handleGoodbye() {
    ended = true;
    nacks.abandonAll();
    keyframes.abandon();
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
    if (packets > 0 && !alive(nowNanos)) {
      interrupted = true;
      runStartNanos = nowNanos;
    }
    packets++;
    bytes += length;
    lastPacketNanos = nowNanos;
    if (!retransmitted) {
      ended = false;
      reception.record(sequence, timestamp, nowNanos, arrived.parameters().clockRateHz());
    }
    nacks.handlePacket(sequence, nowNanos);
    read(offset, length, sequence, timestamp, arrived, out, nowNanos);
    if (out.payloadLength() > 0 && track.section().kind() == MediaKind.VIDEO) {
      handleVideo(offset, length, out, nowNanos);
    }
    keyframes.handlePacket(length, lastKeyframe.handlePacket(out, length, nowNanos), nowNanos);
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

  /** Whether the packet of this very instant begins a keyframe: who waits need not ask. */
  public boolean beginsKeyframe(long nowNanos) {
    return lastKeyframe.sequence() >= 0 && lastKeyframe.arrivalNanos() == nowNanos;
  }

  /**
   * Where a receiver that comes late can begin: the first packet of the newest keyframe, if that
   * came within {@code maxAgeNanos} (but not just now: that is still being forwarded) and it and
   * all that came since is here without a gap. What is bounded in age is bounded in packets and
   * bytes as well.
   *
   * @return an extended sequence number, or -1 when it needs another keyframe
   */
  public long replayFrom(long maxAgeNanos, long nowNanos) {
    long from = lastKeyframe.sequence();
    long span = sequences.last() - from + 1;
    boolean replayable =
        from >= 0
            && track.section().kind() == MediaKind.VIDEO
            && !beginsKeyframe(nowNanos)
            && nowNanos - lastKeyframe.arrivalNanos() < maxAgeNanos
            && span <= MAX_REPLAY_PACKETS
            && lastKeyframe.packetsSince() == span
            && lastKeyframe.bytesSince() <= MAX_REPLAY_BYTES;
    return replayable ? from : -1;
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
    reader.read(arena, offset, length, sequence, timestamp, format, nowNanos, out);
    out.setClaim(history.claim());
    reader.readExtensions(arena, offset, out);
  }

  /**
   * The stream's RTP timestamp at an instant of the server's clock, by its publisher's sender
   * reports; -1 before the first report. All streams of one publisher agree on it, which is what
   * lip-sync needs.
   */
  public long timestampAt(long nowNanos) {
    NegotiatedCodec format = codec();
    if (!lastReport.known() || !track.clock().known() || format == null) {
      return -1;
    }
    long reportNanos = track.clock().toServerNanos(lastReport.senderNanos());
    double ticks = (nowNanos - reportNanos) * 1e-9 * format.parameters().clockRateHz();
    return timestamps.peek(lastReport.timestamp()) + Math.round(ticks);
  }

  private void handleVideo(int offset, int length, MediaPacket packet, long nowNanos) {
    PayloadFacts facts = packet.facts();
    layers.handlePacket(
        packet.spatialId(), facts.temporalId(), length, packet.timestamp(), nowNanos);
    if (facts.keyframe()) {
      keyframes.handleKeyframe();
    }
    sizes.handleFacts(facts);
    long allocation = reader.findLayersAllocation(history.arena(), offset);
    if (allocation != RtpPacket.NO_EXTENSION) {
      sizes.handleAllocation(
          history.arena(),
          RtpPacket.extensionOffset(allocation),
          RtpPacket.extensionLength(allocation));
    }
  }

  static @Nullable NegotiatedCodec codecOf(NegotiatedSection section, int payloadType) {
    for (int i = 0; i < section.codecs().size(); i++) {
      NegotiatedCodec candidate = section.codecs().get(i);
      if (candidate.payloadType() == payloadType) {
        return candidate;
      }
    }
    return null;
  }
}
