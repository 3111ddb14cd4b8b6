package dev.sluice.core.ingress;

import dev.sluice.core.codec.DependencyDescriptorReader;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.codec.RedPayload;
import dev.sluice.core.media.Codec;
import dev.sluice.core.rtp.AbsCaptureTime;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.time.MediaClock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of one stream's packets: extensions, payload descriptor, dependency descriptor.
 * What the last one says goes before what the payload says: it is true of encrypted payloads too.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
final class IngressPacketReader {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int PLAYOUT_DELAY_LENGTH = 3;

  /** A capture time further from a packet's arrival is no capture time. */
  private static final long MAX_CAPTURE_DISTANCE_NANOS = 10 * NANOS_PER_SECOND;

  private final int streamId;
  private final PublishedTrack track;
  private final SenderReportTime lastReport;
  private NegotiatedSection section;
  private IngressExtensions ids;
  private @Nullable NegotiatedCodec codec;
  private @Nullable PayloadReader payloads;
  private @Nullable DependencyDescriptorReader dependencies;
  private long unreadDescriptors;

  IngressPacketReader(int streamId, PublishedTrack track, SenderReportTime lastReport) {
    this.streamId = streamId;
    this.track = track;
    this.lastReport = lastReport;
    section = track.section();
    ids = IngressExtensions.of(section);
  }

  /** The format of the last packet (of what redundant audio wraps), or null before the first. */
  @Nullable NegotiatedCodec codec() {
    return codec;
  }

  /** Reads a packet of {@code length} bytes at {@code offset} of the arena. */
  void read(
      byte[] arena,
      int offset,
      int length,
      long sequence,
      long timestamp,
      NegotiatedCodec arrived,
      long arrivalNanos,
      MediaPacket out) {
    int payload = offset + RtpPacket.headerLength(arena, offset);
    int payloadLength = RtpPacket.payloadLength(arena, offset, length);
    boolean marker = RtpPacket.marker(arena, offset);
    NegotiatedCodec primary = primaryOf(arrived, arena, payload, payloadLength);
    NegotiatedCodec format = primary == null ? arrived : primary;
    if (isRedundant(format) && !track.encrypted()) {
      // What it wraps cannot be told: its number goes on, without a payload.
      payloadLength = 0;
      format = codec == null ? arrived : codec;
    }
    out.setHeader(arena, payload, payloadLength, sequence, timestamp, marker);
    out.setOrigin(streamId, format.parameters(), arrivalNanos);
    if (primary != null) {
      out.setRedundant(
          RedPayload.primaryOffset(arena, payload, payloadLength),
          RedPayload.headersLength(arena, payload, payloadLength));
    }
    PayloadReader current = readerOf(format);
    if (payloadLength <= 0 || !current.read(arena, payload, payloadLength, marker, out.facts())) {
      out.clearFacts();
    }
  }

  private static boolean isRedundant(NegotiatedCodec format) {
    return format.parameters().codec() == Codec.RED;
  }

  /**
   * The format that redundant audio wraps, or null when it wraps nothing that can be forwarded. Of
   * an encrypted track nobody but its receivers knows: it stays what it is.
   */
  private @Nullable NegotiatedCodec primaryOf(
      NegotiatedCodec arrived, byte[] arena, int payload, int payloadLength) {
    if (!isRedundant(arrived)
        || track.encrypted()
        || RedPayload.primaryOffset(arena, payload, payloadLength) < 0) {
      return null;
    }
    int payloadType = RedPayload.primaryPayloadType(arena, payload, payloadLength);
    NegotiatedCodec primary = IngressStream.codecOf(track.section(), payloadType);
    return primary == null || isRedundant(primary) ? null : primary;
  }

  /** Reads the extensions of the packet that was read last. */
  void readExtensions(byte[] arena, int offset, MediaPacket out) {
    followNegotiation();
    out.setExtensions(
        extension(arena, offset, ids.audioLevel(), 1),
        extension(arena, offset, ids.videoOrientation(), 1));
    out.setPlayoutDelay(extension(arena, offset, ids.playoutDelay(), PLAYOUT_DELAY_LENGTH));
    readDependencies(arena, offset, out);
    readTimes(arena, offset, out);
  }

  /** Another negotiation is another object: nothing of it is compared for each packet. */
  @SuppressWarnings("ReferenceEquality")
  private void followNegotiation() {
    if (section != track.section()) {
      section = track.section();
      ids = IngressExtensions.of(section);
    }
  }

  /** Dependency descriptors that could not be read. */
  long unreadDescriptors() {
    return unreadDescriptors;
  }

  /** Where the layers allocation of a packet lies, or a negative number. */
  long findLayersAllocation(byte[] arena, int offset) {
    return RtpPacket.findExtension(arena, offset, ids.videoLayersAllocation());
  }

  private void readDependencies(byte[] arena, int offset, MediaPacket out) {
    long place = RtpPacket.findExtension(arena, offset, ids.dependencyDescriptor());
    if (place == RtpPacket.NO_EXTENSION || out.payloadLength() <= 0) {
      return;
    }
    DependencyDescriptorReader reader = dependencies;
    if (reader == null) {
      reader = new DependencyDescriptorReader();
      dependencies = reader;
    }
    int at = RtpPacket.extensionOffset(place);
    int length = RtpPacket.extensionLength(place);
    out.setDependencyDescriptor(at, length);
    // One that refers to a structure of the past still means something to who has had that.
    boolean understood = reader.read(arena, at, length, out.facts());
    unreadDescriptors += understood ? 0 : 1;
  }

  private void readTimes(byte[] arena, int offset, MediaPacket out) {
    if (!lastReport.known()) {
      return;
    }
    int ticks = (int) (out.timestamp() - lastReport.timestamp());
    long sinceReport = ticks * NANOS_PER_SECOND / out.parameters().clockRateHz();
    out.setSenderNanos(lastReport.senderNanos() + sinceReport);
    long place = RtpPacket.findExtension(arena, offset, ids.absCaptureTime());
    if (place == RtpPacket.NO_EXTENSION
        || RtpPacket.extensionLength(place) < AbsCaptureTime.SHORT_LENGTH
        || !track.clock().known()) {
      return;
    }
    long captured =
        AbsCaptureTime.read(
            arena, RtpPacket.extensionOffset(place), RtpPacket.extensionLength(place));
    // To 1/65536 s, by the same clock's time in the last report.
    int sinceReportCompact = MediaClock.compactNtp(captured) - lastReport.compactNtp();
    long senderNanos = lastReport.senderNanos() + ((sinceReportCompact * NANOS_PER_SECOND) >> 16);
    long serverNanos = track.clock().toServerNanos(senderNanos);
    if (Math.abs(serverNanos - out.arrivalNanos()) < MAX_CAPTURE_DISTANCE_NANOS) {
      out.setCaptureNanos(serverNanos);
    }
  }

  private PayloadReader readerOf(NegotiatedCodec format) {
    PayloadReader current = payloads;
    if (current == null
        || codec == null
        || codec.parameters().codec() != format.parameters().codec()) {
      current = PayloadReader.of(format.parameters().codec());
      payloads = current;
    }
    codec = format;
    return current;
  }

  private static int extension(byte[] arena, int offset, int id, int minLength) {
    long place = RtpPacket.findExtension(arena, offset, id);
    return place == RtpPacket.NO_EXTENSION || RtpPacket.extensionLength(place) < minLength
        ? MediaPacket.ABSENT
        : RtpPacket.extensionOffset(place);
  }
}
