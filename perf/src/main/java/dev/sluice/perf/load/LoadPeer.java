package dev.sluice.perf.load;

import dev.sluice.core.rtp.AbsSendTime;
import dev.sluice.core.rtp.AudioLevel;
import dev.sluice.core.rtp.BigEndian;
import dev.sluice.core.rtp.PacketKind;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpSender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One simulated participant: a socket, its ICE checks, its DTLS handshake, what it sends, and
 * through {@link PeerSinks} what it receives. Made on the thread of a join, then owned by the loop.
 */
final class LoadPeer implements NativeUdp.Reader {
  private static final int SCRATCH_BYTES = 2048;
  private static final int TAG_BYTES = 16;

  /** Names travel in the first packets of a stream, until the server must have bound its SSRC. */
  private static final int NAMED_PACKETS = 150;

  private static final long CHECK_NANOS = 2_000_000_000;
  private static final long FIRST_CHECKS_NANOS = 100_000_000;
  private static final long NTP_UNIX_OFFSET_SECONDS = 2_208_988_800L;

  private final int socket;
  private final NativeUdp clock;
  private final MemorySegment remote;
  private final InetSocketAddress remoteAddress;
  private final MemorySegment scratch;
  private final Offer.Identity identity;
  private final @Nullable Answer answer;
  private final PeerSinks sinks;
  private final List<MediaSource> sources = new ArrayList<>();
  private final RtpHeaderWriter headers = new RtpHeaderWriter();
  private final byte[] packet = new byte[SCRATCH_BYTES];
  private final byte[] stamped = new byte[SCRATCH_BYTES];
  private final byte[] value = new byte[64];
  private final CompletableFuture<Void> reachable = new CompletableFuture<>();
  private volatile @Nullable DtlsClient dtls;
  private @Nullable SrtpSender sender;
  private int transportSequence;
  private long checkDueNanos;
  private long checks;

  /**
   * A stream that is sent.
   *
   * @param rid of a simulcast layer, or empty
   * @param level in -dBov of audio, or negative for video
   */
  record Stream(int payloadType, int ssrc, String mid, String rid, int level) {}

  /**
   * @param answer null for a peer without ICE and DTLS, whose keys are told
   */
  LoadPeer(
      int socket,
      NativeUdp clock,
      InetSocketAddress remoteAddress,
      Offer.Identity identity,
      @Nullable Answer answer,
      PeerSinks.Options options) {
    this.socket = socket;
    this.clock = clock;
    this.remoteAddress = remoteAddress;
    this.identity = identity;
    this.answer = answer;
    Arena arena = Arena.ofAuto();
    remote = NativeUdp.address(arena, remoteAddress);
    scratch = arena.allocate(SCRATCH_BYTES, 64);
    sinks = new PeerSinks(options, answer == null ? null : this, identity);
  }

  int socket() {
    return socket;
  }

  List<MediaSource> sources() {
    return sources;
  }

  PeerSinks sinks() {
    return sinks;
  }

  /** Completes when the server has answered a check. */
  CompletableFuture<Void> reachable() {
    return reachable;
  }

  void setDtls(DtlsClient client) {
    dtls = client;
  }

  /** Its streams can be sent from now on. Loop only. */
  void connect(SrtpKeys keys, SrtpCiphers ciphers) {
    sender = new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers, 64);
    sinks.connect(keys, ciphers);
  }

  /** Sends what is due; called each turn in which something may be. Loop only. */
  void handleTimeout(long nowNanos) {
    Answer server = answer;
    if (server != null && checkDueNanos <= nowNanos) {
      checkDueNanos = nowNanos + (reachable.isDone() ? CHECK_NANOS : FIRST_CHECKS_NANOS);
      String username = server.ufrag() + ":" + identity.ufrag();
      byte[] check = StunCheck.request(username, server.password(), identity.ssrc(), ++checks);
      send(check, check.length);
    }
    SrtpSender connected = sender;
    if (connected != null && server != null) {
      sinks.handleTimeout(sources, nowNanos);
    }
  }

  @Override
  public void onDatagram(byte[] datagram, int length, long arrivalNanos) {
    switch (PacketKind.classify(datagram, 0, length)) {
      case STUN -> handleStun(Arrays.copyOf(datagram, length));
      case DTLS -> {
        DtlsClient client = dtls;
        if (client != null) {
          client.handle(datagram, length);
        }
      }
      case RTP -> sinks.handleRtp(datagram, length, arrivalNanos);
      case RTCP -> sinks.handleRtcp(sources, this, datagram, length, arrivalNanos);
      case UNKNOWN -> {}
    }
  }

  private void handleStun(byte[] message) {
    int type = StunCheck.type(message);
    if (type == StunCheck.BINDING_SUCCESS) {
      reachable.complete(null);
    } else if (type == StunCheck.BINDING_REQUEST) {
      byte[] response =
          StunCheck.response(
              message,
              identity.password(),
              remoteAddress.getAddress().getAddress(),
              remoteAddress.getPort());
      send(response, response.length);
    }
  }

  /** How many bytes of payload make a packet of a size. */
  int payloadBytes(Stream stream, long number, int packetBytes) {
    return packetBytes - TAG_BYTES - writeHeader(stream, number, 0, 0, false, 0);
  }

  /**
   * Sends a packet of a stream; the last 8 bytes of its payload become the time at which it leaves.
   *
   * @return that time
   */
  long sendMedia(
      Stream stream,
      long number,
      int sequence,
      long timestamp,
      boolean marker,
      byte[] payload,
      int length) {
    long nowNanos = clock.realtimeNanos();
    int header = writeHeader(stream, number, sequence, timestamp, marker, nowNanos);
    System.arraycopy(payload, 0, stamped, 0, length);
    BigEndian.putInt64(stamped, length - Long.BYTES, nowNanos);
    protect(header, stamped, length);
    return nowNanos;
  }

  /** Sends a retransmission (RFC 4588). */
  void sendAgain(Stream stream, int sequence, int timestamp, boolean marker, byte[] payload) {
    long nowNanos = clock.realtimeNanos();
    headers.begin(
        packet,
        0,
        Offer.VP8_RTX,
        marker,
        sequence,
        Integer.toUnsignedLong(timestamp),
        stream.ssrc() + 1);
    commonExtensions(nowNanos);
    text(Offer.MID_ID, stream.mid());
    text(Offer.REPAIRED_RID_ID, stream.rid());
    protect(headers.finish(), payload, payload.length);
  }

  private int writeHeader(
      Stream stream, long number, int sequence, long timestamp, boolean marker, long nowNanos) {
    headers.begin(
        packet, 0, stream.payloadType(), marker, sequence, timestamp & 0xFFFF_FFFFL, stream.ssrc());
    if (answer != null) {
      commonExtensions(nowNanos);
      if (number < NAMED_PACKETS) {
        text(Offer.MID_ID, stream.mid());
        text(Offer.RID_ID, stream.rid());
      }
      if (stream.level() >= 0) {
        AudioLevel.write(value, 0, stream.level(), true);
        extension(Offer.AUDIO_LEVEL_ID, AudioLevel.LENGTH);
      }
    }
    return headers.finish();
  }

  private void commonExtensions(long nowNanos) {
    AbsSendTime.write(value, 0, ntp(nowNanos));
    extension(Offer.SEND_TIME_ID, AbsSendTime.LENGTH);
    TransportSequence.write(value, 0, transportSequence & 0xFFFF);
    extension(Offer.TRANSPORT_SEQUENCE_ID, TransportSequence.LENGTH);
  }

  private void text(int id, String text) {
    if (!text.isEmpty()) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, value, 0, bytes.length);
      extension(id, bytes.length);
    }
  }

  private void extension(int id, int length) {
    if (!headers.extension(id, value, 0, length)) {
      throw new IllegalStateException("no room for extension " + id);
    }
  }

  private void protect(int headerLength, byte[] payload, int length) {
    SrtpSender connected = sender;
    if (connected == null) {
      return;
    }
    transportSequence++;
    int size = connected.protectRtp(packet, 0, headerLength, 0, payload, 0, length);
    if (size < 0) {
      throw new IllegalStateException("a participant sent " + SrtpSender.reason(size));
    }
    send(packet, size);
  }

  /** Protects and sends RTCP that is in an array with room behind it. */
  void sendRtcp(byte[] rtcp, int length) {
    SrtpSender connected = sender;
    if (connected != null && length > 0) {
      int size = connected.protectRtcp(rtcp, 0, length);
      send(rtcp, size);
    }
  }

  /** From the loop. */
  private void send(byte[] bytes, int length) {
    NativeUdp.send(socket, scratch, bytes, length, remote);
  }

  /** From the thread of a handshake. */
  void sendFromAnyThread(byte[] bytes, int length) {
    try (Arena arena = Arena.ofConfined()) {
      NativeUdp.send(socket, arena.allocate(SCRATCH_BYTES, 8), bytes, length, remote);
    }
  }

  /** NTP time of an instant on the wall clock. */
  static long ntp(long realtimeNanos) {
    long seconds = realtimeNanos / 1_000_000_000 + NTP_UNIX_OFFSET_SECONDS;
    long fraction = (realtimeNanos % 1_000_000_000 << 32) / 1_000_000_000;
    return seconds << 32 | fraction;
  }
}
