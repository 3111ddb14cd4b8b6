package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.bouncycastle.tls.CipherSuite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S3")
@Timeout(60)
class DtlsServerSessionTest {
  private static final DtlsCertificate CERTIFICATE =
      DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
  private static final List<SrtpProfile> ALL = List.of(SrtpProfile.values());
  private static final List<Fingerprint> CLIENT = List.of(TestClient.CERTIFICATE.fingerprint());

  private final RecordingListener listener = new RecordingListener();
  private final AtomicReference<TestClient> client = new AtomicReference<>();
  private final DtlsServerSession session =
      session(CLIENT, ALL, DtlsLimits.withConcurrentHandshakes(8), any -> true);

  @AfterEach
  void close() {
    session.close();
  }

  @Tag("S1")
  @ParameterizedTest
  @EnumSource
  void bothEndsHaveTheSameKeys(SrtpProfile profile) throws Exception {
    TestClient peer = connect(session, List.of(profile));

    SrtpKeys theirs = await(peer.keys);
    SrtpKeys ours = await(listener.keys);

    assertThat(ours.profile()).isEqualTo(profile);
    assertThat(ours).usingRecursiveComparison().isEqualTo(theirs);
    assertThat(ours.clientKey()).isNotEqualTo(ours.serverKey());
  }

  @Tag("S1")
  @Test
  void choosesTheProfileByTheServersPreference() throws Exception {
    connect(
        session,
        List.of(
            SrtpProfile.AES128_CM_HMAC_SHA1_80,
            SrtpProfile.AEAD_AES_256_GCM,
            SrtpProfile.AEAD_AES_128_GCM));

    assertThat(await(listener.keys).profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
  }

  @Tag("S1")
  @Test
  void failsWithoutAProfileInCommon() throws Exception {
    DtlsServerSession gcmOnly =
        session(
            CLIENT,
            List.of(SrtpProfile.AEAD_AES_128_GCM),
            DtlsLimits.withConcurrentHandshakes(8),
            any -> true);
    TestClient peer = connect(gcmOnly, List.of(SrtpProfile.AES128_CM_HMAC_SHA1_80));

    assertThat(await(listener.failed)).contains("no SRTP profile in common");
    assertThat(await(peer.ended)).isNotNull();
    assertThat(listener.calls).containsExactly("failed");
  }

  @Tag("S1")
  @Test
  void failsWithAClientThatOffersNoSrtp() throws Exception {
    connect(session, List.of());

    assertThat(await(listener.failed)).contains("no SRTP profile in common");
  }

  @Tag("S4")
  @Test
  void failsAndGivesNoKeysWithAnotherCertificateThanTheSdpNames() throws Exception {
    DtlsServerSession other =
        session(
            List.of(CERTIFICATE.fingerprint()),
            ALL,
            DtlsLimits.withConcurrentHandshakes(8),
            any -> true);
    connect(other, ALL);

    assertThat(await(listener.failed)).contains("not the one that the SDP names");
    assertThat(listener.calls).containsExactly("failed");
  }

  @Tag("S4")
  @Test
  void failsWithAClientThatShowsNoCertificate() throws Exception {
    start(session, new TestClient(ALL, toServer(session, any -> true)).withoutCertificate());

    assertThat(await(listener.failed)).contains("no certificate");
    assertThat(listener.calls).containsExactly("failed");
  }

  @Tag("S4")
  @Test
  void failsWithoutAnExtendedMasterSecret() throws Exception {
    start(
        session, new TestClient(ALL, toServer(session, any -> true)).withoutExtendedMasterSecret());

    assertThat(await(listener.failed)).isNotEmpty();
    assertThat(listener.calls).containsExactly("failed");
  }

  @Tag("S4")
  @Test
  void failsWithCipherSuitesWithoutForwardSecrecyOrAead() throws Exception {
    start(
        session,
        new TestClient(ALL, toServer(session, any -> true))
            .withCipherSuites(
                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
                CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256));

    assertThat(await(listener.failed)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void completesWithThirtyPercentLossBothWays(long seed) throws Exception {
    // Both ends double their timers, so they begin far below what a network would want.
    DtlsServerSession lossy =
        session(
            CLIENT,
            ALL,
            new DtlsLimits(Duration.ofSeconds(50), Duration.ofMillis(8), 64, 512, new Semaphore(1)),
            loss(seed, 0.3));
    start(
        lossy,
        new TestClient(ALL, toServer(lossy, loss(~seed, 0.3))).withRetransmitAfterMillis(10));

    SrtpKeys ours = await(listener.keys);
    SrtpKeys theirs = await(Objects.requireNonNull(client.get()).keys);

    assertThat(ours).as("seed %d", seed).usingRecursiveComparison().isEqualTo(theirs);
  }

  /** The record layer alone would take the new epoch and never hear the retransmission. */
  @ParameterizedTest
  @ValueSource(bytes = {11, 16, 15})
  void completesWhenOneMessageOfTheClientsFlightIsLost(byte handshakeType) throws Exception {
    AtomicBoolean lost = new AtomicBoolean();
    TestClient peer =
        connect(
            session,
            ALL,
            datagram ->
                datagram[0] != 22
                    || datagram[4] != 0
                    || datagram[13] != handshakeType
                    || !lost.compareAndSet(false, true));

    assertThat(await(peer.keys)).usingRecursiveComparison().isEqualTo(await(listener.keys));
    assertThat(lost.get()).isTrue();
  }

  @Test
  void sendsItsLastFlightAgainWhenItWasLost() throws Exception {
    AtomicBoolean specLost = new AtomicBoolean();
    AtomicBoolean finishedLost = new AtomicBoolean();
    DtlsServerSession lossy =
        session(
            CLIENT,
            ALL,
            DtlsLimits.withConcurrentHandshakes(8),
            datagram -> {
              boolean changeCipherSpec = datagram[0] == 20;
              boolean encrypted = datagram[4] == 1;
              return !(changeCipherSpec && specLost.compareAndSet(false, true))
                  && !(encrypted && finishedLost.compareAndSet(false, true));
            });
    TestClient peer = connect(lossy, ALL);

    assertThat(await(peer.keys)).usingRecursiveComparison().isEqualTo(await(listener.keys));
    assertThat(specLost.get() && finishedLost.get()).isTrue();
  }

  @Test
  void carriesApplicationDataBothWays() throws Exception {
    TestClient peer = connect(session, ALL);
    await(listener.keys);
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);

    await(peer.transport).send(hello, 0, hello.length);

    assertThat(listener.data.poll(20, TimeUnit.SECONDS)).isEqualTo(hello);
    assertThat(session.send(hello, 0, hello.length)).isTrue();
    assertThat(session.send(new byte[5000], 0, 5000)).as("longer than a datagram").isFalse();
  }

  @Test
  void tellsThePeerWhenItCloses() throws Exception {
    TestClient peer = connect(session, ALL);
    await(peer.keys);
    await(listener.keys);

    session.close();

    assertThat(await(peer.ended)).hasMessage("closed");
    assertThat(await(listener.closed)).isTrue();
    assertThat(listener.calls).containsExactly("keys", "closed");
    assertThat(session.send(new byte[1], 0, 1)).isFalse();
  }

  @Test
  void noticesThatThePeerCloses() throws Exception {
    TestClient peer = connect(session, ALL);
    await(listener.keys);

    await(peer.transport).close();

    assertThat(await(listener.closed)).isTrue();
    assertThat(listener.calls).containsExactly("keys", "closed");
  }

  @Tag("S4")
  @Test
  void givesUpWhenTheTimeIsOver() throws Exception {
    DtlsLimits limits =
        new DtlsLimits(Duration.ofMillis(150), Duration.ofMillis(40), 8, 64, new Semaphore(1));
    DtlsServerSession alone = session(CLIENT, ALL, limits, any -> true);

    alone.start();

    assertThat(await(listener.failed)).contains("150 ms");
    assertThat(listener.calls).containsExactly("failed");
    assertThat(limits.handshakes().tryAcquire(20, TimeUnit.SECONDS)).isTrue();
  }

  @Tag("S4")
  @Test
  void waitsForItsTurnWhenTooManyHandshakesRun() throws Exception {
    DtlsLimits one = DtlsLimits.withConcurrentHandshakes(1);
    RecordingListener idleListener = new RecordingListener();
    DtlsServerSession idle =
        new DtlsServerSession(
            "idle", CERTIFICATE, CLIENT, ALL, (b, offset, length) -> {}, idleListener, one);
    DtlsServerSession second = session(CLIENT, ALL, one, any -> true);
    AtomicInteger answers = new AtomicInteger();
    idle.start();
    // The permit is taken before the second session asks for it.
    while (one.handshakes().availablePermits() > 0) {
      Thread.onSpinWait();
    }
    TestClient peer =
        connect(
            second,
            ALL,
            datagram -> {
              answers.incrementAndGet();
              return true;
            });
    assertThat(listener.keys).isNotDone();

    idle.close();

    assertThat(await(idleListener.closed)).isTrue();
    assertThat(idleListener.calls).containsExactly("closed");
    assertThat(await(listener.keys)).usingRecursiveComparison().isEqualTo(await(peer.keys));
    assertThat(answers.get()).isPositive();
  }

  @Tag("S4")
  @Test
  void failsWhenItsTurnDoesNotCome() throws Exception {
    DtlsLimits none =
        new DtlsLimits(Duration.ofMillis(50), Duration.ofMillis(40), 8, 64, new Semaphore(0));
    session(CLIENT, ALL, none, any -> true).start();

    assertThat(await(listener.failed)).contains("too many handshakes");
  }

  @Tag("S4")
  @Test
  void canBeClosedWhileItWaitsForItsTurn() throws Exception {
    DtlsLimits none =
        new DtlsLimits(Duration.ofMinutes(10), Duration.ofMillis(40), 8, 64, new Semaphore(0));
    DtlsServerSession waiting = session(CLIENT, ALL, none, any -> true);
    waiting.start();

    waiting.close();

    assertThat(await(listener.closed)).isTrue();
    assertThat(listener.calls).containsExactly("closed");
  }

  @Tag("S4")
  @Test
  void boundsItsQueueAndTheHandshake() {
    DtlsServerSession unstarted =
        session(
            CLIENT,
            ALL,
            new DtlsLimits(Duration.ofSeconds(1), Duration.ofMillis(40), 5, 64, new Semaphore(1)),
            any -> true);
    byte[] record = DtlsRecordFilterTest.handshakeRecord(0, 100, 0, 20);
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      taken += unstarted.offer(record, 0, record.length) ? 1 : 0;
    }

    assertThat(taken).isEqualTo(5);
    unstarted.close();
    assertThat(unstarted.offer(record, 0, record.length)).isFalse();
  }

  @Tag("S4")
  @Test
  void takesNoMoreDatagramsThanAHandshakeNeeds() throws Exception {
    DtlsLimits few =
        new DtlsLimits(Duration.ofMillis(500), Duration.ofMillis(40), 64, 10, new Semaphore(1));
    DtlsServerSession started = session(CLIENT, ALL, few, any -> true);
    started.start();
    byte[] record = DtlsRecordFilterTest.handshakeRecord(3, 100, 0, 20);
    int taken = 0;
    while (!listener.failed.isDone()) {
      taken += started.offer(record, 0, record.length) ? 1 : 0;
      Thread.onSpinWait();
    }

    assertThat(taken).isEqualTo(10);
  }

  @Tag("S4")
  @Test
  void completesInSpiteOfHostileDatagrams() throws Exception {
    long seed = 99;
    Random random = new Random(seed);
    session.start();
    byte[][] hostile = {
      DtlsRecordFilterTest.handshakeRecord(0, 0xFF_FFFF, 0, 20),
      DtlsRecordFilterTest.handshakeRecord(1, 0xFF_FFFF, 0xFF_FFF0, 15),
      DtlsRecordFilterTest.handshakeRecord(2, 100, 90, 20),
      DtlsRecordFilterTest.handshakeRecord(70, 50, 0, 20),
      DtlsRecordFilterTest.handshakeRecord(5, 50, 0, 20),
      DtlsRecordFilterTest.handshakeRecord(5, 50, 10, 20),
      DtlsRecordFilterTest.handshakeRecord(5, 50, 5, 40),
      DtlsRecordFilterTest.handshakeRecord(5, 40, 0, 40),
      DtlsRecordFilterTest.record(20, 0, new byte[] {1}),
      DtlsRecordFilterTest.record(23, 0, new byte[30]),
      DtlsRecordFilterTest.record(23, 1, new byte[30]),
      DtlsRecordFilterTest.record(21, 1, new byte[30]),
      DtlsRecordFilterTest.record(22, 1, new byte[300]),
    };
    for (int i = 0; i < hostile.length; i++) {
      hostile[i][10] += (byte) i; // a sequence number of its own, or it would count as replayed
      session.offer(hostile[i], 0, hostile[i].length);
    }
    for (int i = 0; i < 60; i++) {
      byte[] noise = new byte[random.nextInt(1500)];
      random.nextBytes(noise);
      assertThat(session.offer(noise, 0, noise.length)).as("seed %d, %d", seed, i).isFalse();
    }

    TestClient peer = connect(session, ALL);

    assertThat(await(listener.keys)).usingRecursiveComparison().isEqualTo(await(peer.keys));
  }

  @Tag("S4")
  @Test
  void survivesAnEncryptedFragmentThatDeclaresSixteenMebibytes() throws Exception {
    TamperingCrypto tampering = new TamperingCrypto();
    start(session, new TestClient(ALL, toServer(session, any -> true), tampering));

    SrtpKeys ours = await(listener.keys);

    assertThat(tampering.tampered.get()).as("the hostile Finished was sent").isTrue();
    assertThat(ours)
        .usingRecursiveComparison()
        .isEqualTo(await(Objects.requireNonNull(client.get()).keys));
  }

  private DtlsServerSession session(
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

  private TestClient connect(DtlsServerSession to, List<SrtpProfile> offered) {
    return connect(to, offered, any -> true);
  }

  private TestClient connect(
      DtlsServerSession to, List<SrtpProfile> offered, Predicate<byte[]> passes) {
    return start(to, new TestClient(offered, toServer(to, passes)));
  }

  private static TestClient.Out toServer(DtlsServerSession to, Predicate<byte[]> passes) {
    return datagram -> {
      if (passes.test(datagram)) {
        to.offer(datagram, 0, datagram.length);
      }
    };
  }

  private TestClient start(DtlsServerSession to, TestClient peer) {
    client.set(peer);
    to.start();
    return peer.start();
  }

  private static Predicate<byte[]> loss(long seed, double probability) {
    Random random = new Random(seed);
    return datagram -> {
      synchronized (random) {
        return random.nextDouble() >= probability;
      }
    };
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(50, TimeUnit.SECONDS);
  }
}
