package dev.sluice.core.room;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.sdp.RemoteTransport;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.time.MediaClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One room in virtual time, with participants that send audio by hand and note what they get. */
final class RoomUnderTest {
  static final NegotiatedCodec OPUS = codec(111, Codec.OPUS, 48_000, 2);
  static final NegotiatedCodec PCMU = codec(0, Codec.PCMU, 8_000, 1);

  private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;
  private static final long STEP_NANOS = 20_000_000;

  final Room room;
  long nowNanos = 1_000_000_000;
  private final Map<ParticipantId, List<RoomEvent>> events = new HashMap<>();
  private long negotiation;

  RoomUnderTest(RoomLimits limits) {
    room =
        new Room(
            new RoomId("r"),
            limits,
            new MediaClock(0, 0),
            MediaMeans.with(SrtpCiphers.jdk()),
            20_261_121,
            new AtomicInteger()::incrementAndGet,
            null);
  }

  private static NegotiatedCodec codec(
      int payloadType, Codec codec, int clockRateHz, int channels) {
    return new NegotiatedCodec(
        payloadType,
        new CodecParameters(codec, clockRateHz, channels, Map.of()),
        -1,
        false,
        false,
        false,
        false,
        false);
  }

  /** An m-line on which the client sends one audio stream. */
  static NegotiatedSection sending(String mid, long ssrc, NegotiatedCodec... codecs) {
    NegotiatedSection.Incoming incoming =
        new NegotiatedSection.Incoming(
            List.of(), List.of(new NegotiatedSection.SignalledStream(ssrc, -1)), null);
    return section(mid, incoming, null, codecs);
  }

  /** A receive m-line. */
  static NegotiatedSection receiving(String mid, long ssrc, NegotiatedCodec... codecs) {
    return section(mid, null, new NegotiatedSection.Slot(ssrc, ssrc + 1, 0), codecs);
  }

  private static NegotiatedSection section(
      String mid,
      NegotiatedSection.@org.jspecify.annotations.Nullable Incoming incoming,
      NegotiatedSection.@org.jspecify.annotations.Nullable Slot slot,
      NegotiatedCodec... codecs) {
    return new NegotiatedSection(
        mid, MediaKind.AUDIO, List.of(codecs), Map.of(), Map.of(), incoming, slot, true);
  }

  Peer join(String name) {
    return join(name, name, Standing.of(Grants.ALL));
  }

  Peer join(String id, String identity, Standing standing) {
    return new Peer(id, identity, standing);
  }

  /** What the room's observer sees from now on. */
  List<RoomEvent> observe() {
    List<RoomEvent> seen = new ArrayList<>();
    room.setObserver(
        new RoomObserver() {
          @Override
          public void onStarted(RoomId id) {}

          @Override
          public void onChange(RoomId id, RoomEvent change) {
            seen.add(change);
          }

          @Override
          public void onEnded(RoomId id) {}
        });
    return seen;
  }

  void handle(RoomCommand command) {
    room.handleCommand(command, nowNanos);
    drain();
  }

  /** Time passes, and what is due is done. */
  void pass(long nanos) {
    long end = nowNanos + nanos;
    while (nowNanos < end) {
      nowNanos = Math.min(end, Math.max(nowNanos + 1_000_000, room.nextDeadlineNanos()));
      room.handleTimeout(nowNanos);
      drain();
    }
  }

  void drain() {
    Delivery delivery;
    while ((delivery = room.pollEvent()) != null) {
      delivery.listener().onEvent(delivery.event());
    }
  }

  /** A participant, with keys from the start. */
  final class Peer {
    final ParticipantId id;

    /** What was sent to it: SSRC to the payload types that came under it, in order. */
    final Map<Integer, List<Integer>> received = new HashMap<>();

    private final SrtpSender sender;
    private int sequence = 100;
    private int timestamp = 7_000;

    private Peer(String name, String identity, Standing standing) {
      id = new ParticipantId(name);
      events.put(id, new ArrayList<>());
      handle(
          new RoomCommand.Join(
              room.id(),
              id,
              identity,
              "",
              standing,
              SlotCounts.UNBOUNDED,
              Objects.requireNonNull(events.get(id))::add));
      byte[] key = new byte[PROFILE.keyLength()];
      byte[] salt = new byte[PROFILE.saltLength()];
      sender = new SrtpSender(PROFILE, key, salt, SrtpCiphers.jdk(), 8);
      byte[] serverKey = key.clone();
      serverKey[0] = 1;
      room.connect(
          id,
          new SrtpKeys(PROFILE, key, salt, serverKey, salt),
          batch -> {
            int offset = 0;
            for (int i = 0; i < batch.count(); i++) {
              note(batch.buffer(), offset);
              offset += batch.length(i);
            }
          },
          nowNanos);
    }

    private void note(byte[] datagram, int offset) {
      boolean rtcp = (datagram[offset + 1] & 0xFF) >= 192 && (datagram[offset + 1] & 0xFF) <= 223;
      if (!rtcp) {
        received
            .computeIfAbsent(RtpPacket.ssrc(datagram, offset), ssrc -> new ArrayList<>())
            .add(RtpPacket.payloadType(datagram, offset));
      }
    }

    void negotiate(NegotiatedSection... sections) {
      negotiate(Map.of(), sections);
    }

    void negotiate(Map<String, PublishIntent> intents, NegotiatedSection... sections) {
      negotiation++;
      handle(
          new RoomCommand.ApplyNegotiation(
              room.id(),
              id,
              negotiation,
              new NegotiatedSession(
                  List.of(sections),
                  new RemoteTransport("u", "p", List.of()),
                  List.of(sections).stream().map(NegotiatedSection::mid).toList()),
              intents));
      handle(new RoomCommand.ConfirmAnswer(room.id(), id, negotiation));
    }

    /** Sends packets of one format, one each 20 ms. */
    void send(long ssrc, NegotiatedCodec codec, int count) {
      PeerSession session = Objects.requireNonNull(room.peer(id));
      for (int i = 0; i < count; i++) {
        ByteBuffer header = ByteBuffer.allocate(12);
        header.put((byte) 0x80).put((byte) codec.payloadType()).putShort((short) sequence++);
        header.putInt(timestamp).putInt((int) ssrc);
        timestamp += codec.parameters().clockRateHz() / 50;
        byte[] out = new byte[200];
        System.arraycopy(header.array(), 0, out, 0, 12);
        int length = sender.protectRtp(out, 0, 12, 0, new byte[80], 0, 80);
        room.handleRtp(session, out, 0, length, nowNanos);
        drain();
        pass(STEP_NANOS);
      }
    }

    /** In how many messages it was told what others do, a batch being one. */
    long presenceMessages() {
      return Objects.requireNonNull(events.get(id)).stream()
          .filter(
              event ->
                  event instanceof RoomEvent.Batch
                      || event instanceof RoomEvent.ParticipantJoined
                      || event instanceof RoomEvent.ParticipantLeft
                      || event instanceof RoomEvent.TrackPublished)
          .count();
    }

    /** What it was told, batches taken apart. */
    <E extends RoomEvent> List<E> heard(Class<E> kind) {
      return Objects.requireNonNull(events.get(id)).stream()
          .flatMap(
              event ->
                  event instanceof RoomEvent.Batch batch
                      ? batch.changes().stream()
                      : Stream.of(event))
          .filter(kind::isInstance)
          .map(kind::cast)
          .toList();
    }
  }
}
