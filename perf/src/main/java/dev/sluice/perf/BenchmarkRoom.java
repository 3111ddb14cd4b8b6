package dev.sluice.perf;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.DatagramBatch;
import dev.sluice.core.peer.DatagramSink;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.room.Room;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.room.RoomTotals;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.sdp.RemoteTransport;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.time.MediaClock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A room with one publisher of video and some subscribers, all connected, in virtual time. */
final class BenchmarkRoom implements DatagramSink {
  private static final RoomId ID = new RoomId("benchmark");
  private static final ParticipantId PUBLISHER = new ParticipantId("publisher");
  private static final long START_NANOS = 1_000_000_000L;
  private static final long FRAME_NANOS = 33_333_333L;
  private static final Map<HeaderExtension, Integer> EXTENSIONS =
      Map.of(HeaderExtension.TRANSPORT_SEQUENCE, 3, HeaderExtension.ABS_SEND_TIME, 2);

  private final Room room;
  private final PeerSession publisher;
  private long nowNanos = START_NANOS;
  private int packetsInFrame;
  private long sentBytes;

  BenchmarkRoom(SrtpProfile profile, SrtpCiphers ciphers, SrtpKeys publisherKeys, int subscribers) {
    room =
        new Room(
            ID,
            RoomLimits.DEFAULT,
            new MediaClock(START_NANOS, 0),
            MediaMeans.with(ciphers),
            1,
            new AtomicInteger()::incrementAndGet,
            /* tap= */ null);
    enter(PUBLISHER, publisherKeys, section(incoming(), null));
    publisher = Objects.requireNonNull(room.peer(PUBLISHER), "the publisher is in");
    for (int i = 0; i < subscribers; i++) {
      NegotiatedSection.Slot slot = new NegotiatedSection.Slot(0x10_0000 + i, 0x20_0000 + i, 0);
      enter(
          new ParticipantId("subscriber-" + i), BenchmarkKeys.of(profile, i), section(null, slot));
    }
    drainEvents();
  }

  /** One packet, as the worker does it: turns end with frames. */
  void handle(byte[] packet, int length) {
    room.handleRtp(publisher, packet, 0, length, nowNanos);
    if (++packetsInFrame == PublishedVideo.PACKETS_PER_FRAME) {
      packetsInFrame = 0;
      room.handleTimeout(nowNanos);
      nowNanos += FRAME_NANOS;
    }
  }

  /** How many packets have gone to slots so far. */
  long packetsForwarded() {
    RoomTotals totals = new RoomTotals();
    room.addTo(totals);
    return totals.packetsForwarded();
  }

  /** Bytes of all datagrams so far. */
  long sentBytes() {
    return sentBytes;
  }

  @Override
  public void send(DatagramBatch batch) {
    sentBytes += batch.bytes();
  }

  private void enter(ParticipantId id, SrtpKeys keys, NegotiatedSection section) {
    NegotiatedSession session =
        new NegotiatedSession(
            List.of(section),
            new RemoteTransport("ufrag", "p".repeat(22), List.of()),
            List.of(section.mid()));
    room.handleCommand(
        new RoomCommand.Join(ID, id, id.value(), "", Grants.ALL, event -> {}), nowNanos);
    room.handleCommand(new RoomCommand.ApplyNegotiation(ID, id, 1, session, Map.of()), nowNanos);
    room.handleCommand(new RoomCommand.ConfirmAnswer(ID, id, 1), nowNanos);
    room.connect(id, keys, this, nowNanos);
    drainEvents();
  }

  private void drainEvents() {
    while (room.pollEvent() != null) {
      // Nobody listens.
    }
  }

  private static NegotiatedSection.Incoming incoming() {
    return new NegotiatedSection.Incoming(
        List.of(), List.of(new NegotiatedSection.SignalledStream(PublishedVideo.SSRC, -1)), null);
  }

  private static NegotiatedSection section(
      NegotiatedSection.@Nullable Incoming incoming, NegotiatedSection.@Nullable Slot slot) {
    NegotiatedCodec vp8 =
        new NegotiatedCodec(
            PublishedVideo.PAYLOAD_TYPE,
            new CodecParameters(Codec.VP8, 90_000, 1, Map.of()),
            -1,
            true,
            true,
            false,
            true,
            false);
    return new NegotiatedSection(
        "0", MediaKind.VIDEO, List.of(vp8), EXTENSIONS, EXTENSIONS, incoming, slot, true);
  }
}
