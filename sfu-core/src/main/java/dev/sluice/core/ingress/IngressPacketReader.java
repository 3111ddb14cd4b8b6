package dev.sluice.core.ingress;

import dev.sluice.core.codec.DependencyDescriptorReader;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
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

  /** The format of the last packet, or null before the first. */
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
      NegotiatedCodec format,
      MediaPacket out) {
    int headerLength = RtpPacket.headerLength(arena, offset);
    int payloadLength = RtpPacket.payloadLength(arena, offset, length);
    boolean marker = RtpPacket.marker(arena, offset);
    out.setHeader(arena, offset + headerLength, payloadLength, sequence, timestamp, marker);
    PayloadReader current = readerOf(format);
    if (payloadLength <= 0
        || !current.read(arena, offset + headerLength, payloadLength, marker, out.facts())) {
      out.clearFacts();
    }
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

  void setOrigin(NegotiatedCodec format, long arrivalNanos, MediaPacket out) {
    out.setOrigin(streamId, format.parameters(), arrivalNanos);
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
