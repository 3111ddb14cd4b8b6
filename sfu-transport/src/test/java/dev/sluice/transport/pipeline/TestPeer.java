package dev.sluice.transport.pipeline;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.sdp.RemoteTransport;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.srtp.SrtpReceiver;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.transport.dtls.TestClient;
import dev.sluice.transport.ice.StunMessages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One participant with a real socket: sends checks, speaks DTLS and SRTP as a browser does, and
 * remembers all that comes. It publishes one Opus stream and has one audio slot.
 */
final class TestPeer implements RoomEventListener, AutoCloseable {
  static final int PAYLOAD_TYPE = 111;
  private static final int RTP_HEADER_BYTES = 12;

  final PeerKey key;
  final int ssrc;
  final List<RoomEvent> events = new CopyOnWriteArrayList<>();
  final BlockingQueue<byte[]> checkResponses = new LinkedBlockingQueue<>();

  /** Payloads of RTP packets that came and were decrypted. */
  final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  /** RTCP packets that came and were decrypted. */
  final AtomicInteger reports = new AtomicInteger();

  /** DTLS records that came, by their content type. */
  final List<Integer> dtlsRecords = new CopyOnWriteArrayList<>();

  final TestClient dtls;

  private final SfuNode node;
  private volatile TestWire wire;
  private volatile @Nullable SrtpReceiver receiver;
  private @Nullable SrtpSender sender;
  private @Nullable LocalTransport transport;
  private long negotiations;
  private int checks;

  TestPeer(SfuNode node, String room, String name) {
    this.node = node;
    key = new PeerKey(new RoomId(room), new ParticipantId(name));
    ssrc = key.hashCode() | 1;
    wire = TestWire.udp(node.mediaPort(), this::handle);
    dtls = new TestClient(List.of(SrtpProfile.values()), this::send);
  }

  @Override
  public void onEvent(RoomEvent event) {
    if (event instanceof RoomEvent.Batch batch) {
      events.addAll(batch.changes());
    } else {
      events.add(event);
    }
  }

  TestPeer join() {
    node.submit(
        new RoomCommand.Join(
            key.room(), key.participant(), key.participant().value(), "A name", Grants.ALL, this));
    return this;
  }

  TestPeer openTransport() {
    transport = node.openTransport(key);
    return this;
  }

  /** ICE begins anew: what is checked from now on has other credentials. */
  TestPeer restart() {
    transport = node.restartTransport(key);
    return this;
  }

  TestPeer negotiate() {
    long number = ++negotiations;
    node.submit(
        new RoomCommand.ApplyNegotiation(
            key.room(), key.participant(), number, session(), Map.of()));
    node.submit(new RoomCommand.ConfirmAnswer(key.room(), key.participant(), number));
    return this;
  }

  /** Joins with a transport and an agreement; what is missing is the media path. */
  TestPeer enter() {
    return join().openTransport().negotiate();
  }

  TestPeer leave(LeaveReason reason) {
    node.submit(new RoomCommand.Leave(key.room(), key.participant(), reason));
    return this;
  }

  TestPeer check() {
    return check(password());
  }

  TestPeer check(String withPassword) {
    send(StunMessages.check(local().iceUfrag() + ":peer", withPassword, true, ++checks));
    return this;
  }

  String password() {
    return local().icePwd();
  }

  /** Goes on with another socket; gives the one that was in use, still open. */
  TestWire use(TestWire next) {
    TestWire former = wire;
    wire = next;
    return former;
  }

  /** Goes on with a TCP connection. */
  TestWire overTcp() {
    TestWire tcp = TestWire.tcp(node.tcpPort().orElseThrow(), this::handle);
    use(tcp).close();
    return tcp;
  }

  TestWire wire() {
    return wire;
  }

  PeerEndpoint endpoint() {
    return Objects.requireNonNull(node.ownerOf(key.room()).endpoints().get(key), "no transport");
  }

  /** Takes keys into use: of a handshake, or what a test made up. */
  TestPeer use(SrtpKeys keys) {
    SrtpCiphers ciphers = SrtpCiphers.jdk();
    sender = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers, 8);
    receiver = new SrtpReceiver(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers, 8);
    return this;
  }

  /** Gives both ends keys without a handshake. */
  TestPeer connectWithoutHandshake() {
    SrtpKeys keys = madeUpKeys();
    use(keys);
    endpoint().onKeys(keys);
    return this;
  }

  static SrtpKeys madeUpKeys() {
    SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
    byte[] material = new byte[SrtpKeys.exporterLength(profile)];
    for (int i = 0; i < material.length; i++) {
      material[i] = (byte) (7 * i);
    }
    return SrtpKeys.fromExporter(profile, material);
  }

  TestPeer sendMedia(int sequence, String payload) {
    send(protectMedia(sequence, payload));
    return this;
  }

  /** The datagram of {@link #sendMedia}, as somebody on the way would see it. */
  byte[] protectMedia(int sequence, String payload) {
    byte[] body = payload.getBytes(StandardCharsets.US_ASCII);
    byte[] packet = new byte[RTP_HEADER_BYTES + body.length + 16];
    ByteBuffer.wrap(packet)
        .put((byte) 0x80)
        .put((byte) PAYLOAD_TYPE)
        .putShort((short) sequence)
        .putInt(960 * sequence)
        .putInt(ssrc);
    int length =
        Objects.requireNonNull(sender, "no keys")
            .protectRtp(packet, 0, RTP_HEADER_BYTES, 0, body, 0, body.length);
    return Arrays.copyOf(packet, length);
  }

  /** An SRTCP datagram: an empty receiver report. */
  byte[] protectReport() {
    byte[] packet = new byte[8 + 32];
    ByteBuffer.wrap(packet).putInt(0x80C9_0001).putInt(ssrc);
    int length = Objects.requireNonNull(sender, "no keys").protectRtcp(packet, 0, 8);
    return Arrays.copyOf(packet, length);
  }

  void send(byte[] datagram) {
    wire.send(datagram);
  }

  @Override
  public void close() {
    wire.close();
  }

  private LocalTransport local() {
    return Objects.requireNonNull(transport, "no transport");
  }

  /** What a wire has brought. */
  void handle(byte[] datagram, int length) {
    switch (PacketKind.classify(datagram, 0, length)) {
      case STUN -> checkResponses.add(Arrays.copyOf(datagram, length));
      case DTLS -> {
        dtlsRecords.add((int) datagram[0]);
        dtls.receive(datagram, 0, length);
      }
      case RTP -> {
        SrtpReceiver keys = receiver;
        int size = keys == null ? -1 : keys.unprotectRtp(datagram, 0, length, datagram, 0);
        received.add(size < 0 ? "not decrypted" : payload(datagram, size));
      }
      case RTCP -> {
        SrtpReceiver keys = receiver;
        if (keys != null && keys.unprotectRtcp(datagram, 0, length, datagram, 0) > 0) {
          reports.incrementAndGet();
        }
      }
      case UNKNOWN -> {}
    }
  }

  private static String payload(byte[] packet, int size) {
    int header = RTP_HEADER_BYTES + 4 * (packet[0] & 0x0F);
    if ((packet[0] & 0x10) != 0) {
      header += 4 + 4 * (ByteBuffer.wrap(packet).getShort(header + 2) & 0xFFFF);
    }
    return new String(packet, header, size - header, StandardCharsets.US_ASCII);
  }

  private NegotiatedSession session() {
    NegotiatedCodec opus =
        new NegotiatedCodec(
            PAYLOAD_TYPE,
            new CodecParameters(Codec.OPUS, 48_000, 2, Map.of()),
            -1,
            false,
            false,
            false,
            false,
            false);
    NegotiatedSection.Incoming incoming =
        new NegotiatedSection.Incoming(
            List.of(),
            List.of(new NegotiatedSection.SignalledStream(Integer.toUnsignedLong(ssrc), -1)),
            null);
    NegotiatedSection.Slot slot =
        new NegotiatedSection.Slot(Integer.toUnsignedLong(~ssrc), Integer.toUnsignedLong(-ssrc), 0);
    return new NegotiatedSession(
        List.of(section("0", opus, incoming, null), section("1", opus, null, slot)),
        new RemoteTransport("peer", "p".repeat(22), List.of(TestClient.CERTIFICATE.fingerprint())),
        List.of("0", "1"));
  }

  private static NegotiatedSection section(
      String mid,
      NegotiatedCodec codec,
      NegotiatedSection.@Nullable Incoming incoming,
      NegotiatedSection.@Nullable Slot slot) {
    return new NegotiatedSection(
        mid, MediaKind.AUDIO, List.of(codec), Map.of(), Map.of(), incoming, slot, true);
  }
}
