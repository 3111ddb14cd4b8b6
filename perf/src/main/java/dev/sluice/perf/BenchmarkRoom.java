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
import dev.sluice.core.rtp.RtpPacket;
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

/**
 * A room with one publisher of video and some subscribers, all connected, in virtual time. They
 * take retransmissions on a stream of their own, as browsers do.
 */
final class BenchmarkRoom implements DatagramSink {
  private static final RoomId ID = new RoomId("benchmark");
  private static final ParticipantId PUBLISHER = new ParticipantId("publisher");
  private static final long START_NANOS = 1_000_000_000L;
  private static final long FRAME_NANOS = 33_333_333L;
  private static final Map<HeaderExtension, Integer> EXTENSIONS =
      Map.of(HeaderExtension.TRANSPORT_SEQUENCE, 3, HeaderExtension.ABS_SEND_TIME, 2);

  /** Of the first subscriber; the next one has the next. */
  static final int SLOT_SSRC = 0x10_0000;

  private static final int RTX_SSRC = 0x20_0000;
  private static final int RTX_PAYLOAD_TYPE = 97;

  private final Room room;
  private final PeerSession publisher;
  private long nowNanos = START_NANOS;
  private int packetsInFrame;
  private long sentBytes;
  private int lastSequence;

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
      NegotiatedSection.Slot slot = new NegotiatedSection.Slot(SLOT_SSRC + i, RTX_SSRC + i, 0);
      enter(subscriberId(i), BenchmarkKeys.of(profile, i), section(null, slot));
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

  /** One RTCP packet of a subscriber, as the worker does it. */
  void handleRtcp(int subscriber, byte[] packet, int length) {
    PeerSession peer = Objects.requireNonNull(room.peer(subscriberId(subscriber)));
    room.handleRtcp(peer, packet, 0, length, nowNanos);
    room.flush(nowNanos);
  }

  /** The number under which the packet that left last was sent, on whichever stream. */
  int lastSequence() {
    return lastSequence;
  }

  /** What it has done so far. */
  RoomTotals totals() {
    RoomTotals totals = new RoomTotals();
    room.addTo(totals);
    return totals;
  }

  /** Bytes of all datagrams so far. */
  long sentBytes() {
    return sentBytes;
  }

  @Override
  public void send(DatagramBatch batch) {
    sentBytes += batch.bytes();
    int last = batch.nextOffset() - batch.length(batch.count() - 1);
    lastSequence = RtpPacket.sequence(batch.buffer(), last);
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

  private static ParticipantId subscriberId(int number) {
    return new ParticipantId("subscriber-" + number);
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
            slot == null ? -1 : RTX_PAYLOAD_TYPE,
            true,
            true,
            false,
            true,
            false);
    return new NegotiatedSection(
        "0", MediaKind.VIDEO, List.of(vp8), EXTENSIONS, EXTENSIONS, incoming, slot, true);
  }
}
