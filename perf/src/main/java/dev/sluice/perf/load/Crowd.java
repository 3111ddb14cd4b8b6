package dev.sluice.perf.load;

import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Everyone in the rooms of one scenario. Thread safe where it says so; else its maker's. */
final class Crowd implements AutoCloseable {
  private static final int PROGRESS_MEMBERS = 1_000;
  private static final int MAX_ATTEMPTS = 120;
  private static final long RETRY_MILLIS = 1_000;
  private static final int PACKET_BYTES = 1_200;
  private static final int JOINS_AT_A_TIME = 16;
  private static final long JOIN_SECONDS = 30;
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final ClientCertificate CERTIFICATE = new ClientCertificate(new SecureRandom());
  private static final int AUDIO_LEVEL = 30;

  /** All participants are the loop's. */
  private static final SrtpCiphers CIPHERS =
      CipherChoice.choose(CipherPreference.AUTO, System::nanoTime).ciphers();

  private final MediaLoop loop;
  private final SrtpCiphers ciphers = CIPHERS;
  private final PeerSinks.Options sinks;
  private final AtomicInteger refusals = new AtomicInteger();
  private final SplittableRandom random = new SplittableRandom(NUMBERS.get());
  private final List<Member> members = new ArrayList<>();
  private final String label = Long.toString(System.nanoTime(), 36);

  /** Someone who is in. */
  record Member(Scenario.Seat seat, LoadPeer peer, Signalling.Session session, DtlsClient dtls) {}

  Crowd(MediaLoop loop, LoadOptions options) {
    this.loop = loop;
    sinks = new PeerSinks.Options(new Tally(), options.decryptEvery(), options.loss());
  }

  /** What all have received. Loop only. */
  Tally tally() {
    return sinks.tally();
  }

  int size() {
    return members.size();
  }

  /** Lets everyone in, some at a time, and waits until all have keys. */
  void join(Scenario scenario, Signalling signalling) throws IOException {
    Semaphore turns = new Semaphore(JOINS_AT_A_TIME);
    List<Future<Member>> joining = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Scenario.Seat seat : scenario.seats()) {
        joining.add(
            threads.submit(
                () -> {
                  turns.acquire();
                  try {
                    return join(seat, signalling);
                  } finally {
                    turns.release();
                  }
                }));
      }
      for (Future<Member> each : joining) {
        members.add(each.get());
        if (members.size() % PROGRESS_MEMBERS == 0) {
          System.out.printf(Locale.ROOT, "  %d of %d are in%n", members.size(), joining.size());
        }
      }
      if (refusals.get() > 0) {
        System.out.printf(
            Locale.ROOT, "  %d attempts to join were refused for a while%n", refusals.get());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException refused) {
      throw new IOException("not everyone gets in: " + refused.getMessage(), refused);
    }
  }

  /** One more. Any thread. */
  private Member join(Scenario.Seat seat, Signalling signalling)
      throws IOException, InterruptedException {
    int number = NUMBERS.incrementAndGet();
    Offer.Identity identity = identity(number);
    String room = "load-" + label + "-" + seat.room();
    Signalling.Session session = open(seat, room, number, identity, signalling);
    Answer answer = session.answer();
    InetSocketAddress remote = answer.candidate();
    Inet4Address local = (Inet4Address) InetAddress.ofLiteral(localFor(remote));
    int socket = NativeUdp.open(local);
    LoadPeer peer = new LoadPeer(socket, loop.udp(), remote, identity, answer, sinks);
    peer.sinks().setRtxOf(answer.rtxOf());
    addSources(peer, seat.offer(), identity);
    DtlsClient dtls =
        new DtlsClient(
            CERTIFICATE,
            List.of(SrtpProfile.values()),
            answer.fingerprint(),
            peer::sendFromAnyThread);
    peer.setDtls(dtls);
    loop.run(() -> loop.add(peer));
    try {
      peer.reachable().get(JOIN_SECONDS, TimeUnit.SECONDS);
      SrtpKeys keys = dtls.start().get(JOIN_SECONDS, TimeUnit.SECONDS);
      loop.run(() -> peer.connect(keys, ciphers));
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException(seat.name() + " does not connect to " + remote, failure);
    }
    return new Member(seat, peer, session, dtls);
  }

  /** As a client would: when the server is busy, it comes again. */
  private Signalling.Session open(
      Scenario.Seat seat, String room, int number, Offer.Identity identity, Signalling signalling)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        String name = seat.name() + "-" + number;
        return signalling.open(room, name, seat.offer(), seat.offer().sdp(identity));
      } catch (ServerBusyException busy) {
        refusals.incrementAndGet();
        if (attempt == MAX_ATTEMPTS) {
          throw busy;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private synchronized Offer.Identity identity(int number) {
    return Offer.Identity.of(number, CERTIFICATE.fingerprint(), random);
  }

  private static String localFor(InetSocketAddress remote) {
    return remote.getAddress().isLoopbackAddress() ? "127.0.0.1" : "0.0.0.0";
  }

  private static void addSources(LoadPeer peer, Offer offer, Offer.Identity identity) {
    if (offer.audio()) {
      int ssrc = (int) identity.audioSsrc();
      int level = AUDIO_LEVEL + ssrc / 64 % 30;
      peer.sources()
          .add(new AudioSource(new LoadPeer.Stream(Offer.OPUS, ssrc, Offer.AUDIO_MID, "", level)));
    }
    for (int i = 0; i < offer.video().size(); i++) {
      Offer.Layer layer = offer.video().get(i);
      int ssrc = (int) identity.videoSsrc(i);
      LoadPeer.Stream stream =
          new LoadPeer.Stream(Offer.VP8, ssrc, Offer.VIDEO_MID, layer.rid(), -1);
      peer.sources().add(new VideoSource(stream, layer, PACKET_BYTES));
    }
  }

  /** Puts everyone to the C reference: same sources, same sinks, keys without a handshake. */
  void attach(Scenario scenario, Reference reference) throws IOException {
    List<Integer> sockets = new ArrayList<>();
    List<SrtpKeys> keys = new ArrayList<>();
    List<Scenario.Seat> seats = scenario.seats();
    SecureRandom secure = new SecureRandom();
    Inet4Address loopback = (Inet4Address) InetAddress.ofLiteral("127.0.0.1");
    for (int i = 0; i < seats.size(); i++) {
      sockets.add(NativeUdp.open(loopback));
      byte[] material = new byte[SrtpKeys.exporterLength(SrtpProfile.AEAD_AES_128_GCM)];
      secure.nextBytes(material);
      keys.add(SrtpKeys.fromExporter(SrtpProfile.AEAD_AES_128_GCM, material));
    }
    for (int from = 0; from < seats.size(); from++) {
      if (!seats.get(from).publishes()) {
        continue;
      }
      reference.addStream(keys.get(from));
      for (int to = 0; to < seats.size(); to++) {
        boolean sees = to != from && seats.get(to).room() == seats.get(from).room();
        if (sees && seats.get(to).offer().videoSlots() > 0) {
          int port = NativeUdp.port(sockets.get(to));
          reference.addReceiver(port, from + 1, keys.get(to));
        }
      }
    }
    List<Integer> ports = reference.go();
    int stream = 0;
    for (int i = 0; i < seats.size(); i++) {
      Scenario.Seat seat = seats.get(i);
      int port = seat.publishes() ? ports.get(stream++) : ports.getFirst();
      Offer.Identity identity = identity(NUMBERS.incrementAndGet());
      InetSocketAddress remote = new InetSocketAddress(loopback, port);
      LoadPeer peer = new LoadPeer(sockets.get(i), loop.udp(), remote, identity, null, sinks);
      addSources(peer, seat.offer(), identity);
      SrtpKeys own = keys.get(i);
      loop.run(
          () -> {
            loop.add(peer);
            peer.connect(own, ciphers);
          });
    }
  }

  /** All publishers begin to send, a frame's length apart so that they do not send together. */
  void startMedia() {
    loop.run(
        () -> {
          long nowNanos = loop.udp().realtimeNanos();
          List<LoadPeer> peers = loop.peers();
          for (int i = 0; i < peers.size(); i++) {
            long startNanos = nowNanos + i * 7_919_000L % 33_000_000L;
            peers.get(i).sources().forEach(source -> source.start(startNanos));
          }
        });
  }

  /** They stop. */
  void stopMedia() {
    loop.run(() -> loop.peers().forEach(peer -> peer.sources().forEach(MediaSource::stop)));
  }

  /** One player leaves and another one joins. */
  void replaceOne(Signalling signalling) throws IOException {
    for (int i = 0; i < members.size(); i++) {
      Member leaver = members.get(i);
      if (!leaver.seat().publishes()) {
        members.remove(i);
        leave(leaver);
        try {
          members.add(join(leaver.seat(), signalling));
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
        return;
      }
    }
  }

  private void leave(Member member) {
    member.session().close();
    member.dtls().close();
    loop.run(() -> loop.remove(member.peer()));
  }

  @Override
  public void close() {
    stopMedia();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      members.forEach(member -> threads.execute(() -> leave(member)));
    }
    loop.run(() -> List.copyOf(loop.peers()).forEach(loop::remove));
  }
}
