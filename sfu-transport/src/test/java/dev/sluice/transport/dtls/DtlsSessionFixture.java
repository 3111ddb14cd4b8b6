package dev.sluice.transport.dtls;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpProfile;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;

/**
 * A session, the client that talks to it, and the link between them that loses what a test wants.
 */
abstract class DtlsSessionFixture {
  static final DtlsCertificate CERTIFICATE =
      DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
  static final List<SrtpProfile> ALL = List.of(SrtpProfile.values());
  static final List<Fingerprint> CLIENT = List.of(TestClient.CERTIFICATE.fingerprint());

  final RecordingListener listener = new RecordingListener();
  final AtomicReference<TestClient> client = new AtomicReference<>();
  final DtlsServerSession session =
      session(CLIENT, ALL, DtlsLimits.withConcurrentHandshakes(8), any -> true);

  @AfterEach
  void close() {
    session.close();
  }

  DtlsServerSession session(
      List<Fingerprint> expected,
      List<SrtpProfile> profiles,
      DtlsLimits limits,
      Predicate<byte[]> passes) {
    DtlsServerSession.DatagramSender out =
        (b, offset, length) -> {
          TestClient peer = client.get();
          if (peer != null && passes.test(Arrays.copyOfRange(b, offset, offset + length))) {
            peer.receive(b, offset, length);
          }
        };
    return new DtlsServerSession("test", CERTIFICATE, expected, profiles, out, listener, limits);
  }

  TestClient connect(DtlsServerSession to, List<SrtpProfile> offered) {
    return connect(to, offered, any -> true);
  }

  TestClient connect(DtlsServerSession to, List<SrtpProfile> offered, Predicate<byte[]> passes) {
    return start(to, new TestClient(offered, toServer(to, passes)));
  }

  static TestClient.Out toServer(DtlsServerSession to, Predicate<byte[]> passes) {
    return datagram -> {
      if (passes.test(datagram)) {
        to.offer(datagram, 0, datagram.length);
      }
    };
  }

  TestClient start(DtlsServerSession to, TestClient peer) {
    client.set(peer);
    to.start();
    return peer.start();
  }

  static Predicate<byte[]> loss(long seed, double probability) {
    Random random = new Random(seed);
    return datagram -> {
      synchronized (random) {
        return random.nextDouble() >= probability;
      }
    };
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(50, TimeUnit.SECONDS);
  }
}
