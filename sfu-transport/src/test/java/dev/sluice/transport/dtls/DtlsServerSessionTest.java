package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.tls.CipherSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S3")
@Timeout(60)
class DtlsServerSessionTest extends DtlsSessionFixture {
  private static final byte HANDSHAKE = (byte) DtlsRecordFilter.HANDSHAKE;
  private static final byte CHANGE_CIPHER_SPEC = (byte) DtlsRecordFilter.CHANGE_CIPHER_SPEC;

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

  /** Its own copies would come after the test has its keys, or not at all. */
  @Test
  void sendsItsLastFlightAgainWhenItWasLost() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    DtlsServerSession lossy = losingLastFlights(1, sent, Duration.ofSeconds(400));
    TestClient peer = connect(lossy, ALL);

    assertThat(await(peer.keys)).usingRecursiveComparison().isEqualTo(await(listener.keys));
    assertThat(sent).hasValueGreaterThan(1);
  }

  /** The client's next question would come after the test's end. */
  @Test
  void aClientThatMissedTheLastFlightNeedNotAskForIt() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    DtlsServerSession lossy = losingLastFlights(4, sent, Duration.ofMillis(40));
    TestClient peer =
        start(
            lossy,
            new TestClient(ALL, toServer(lossy, any -> true)).withRetransmitAfterMillis(50_000));

    assertThat(await(peer.keys)).usingRecursiveComparison().isEqualTo(await(listener.keys));
    assertThat(sent).hasValue(5);
  }

  private DtlsServerSession losingLastFlights(
      int lost, AtomicInteger sent, Duration retransmitInterval) {
    return session(
        CLIENT,
        ALL,
        limits(retransmitInterval),
        datagram -> datagram[0] != CHANGE_CIPHER_SPEC || sent.getAndIncrement() >= lost);
  }

  private static DtlsLimits limits(Duration retransmitInterval) {
    return new DtlsLimits(Duration.ofSeconds(50), retransmitInterval, 64, 256, new Semaphore(1));
  }

  /** One datagram of each flight has to arrive, and not one for each record. */
  @Test
  void sendsEachFlightInOneDatagram() throws Exception {
    List<Byte> firstOfDatagram = Collections.synchronizedList(new ArrayList<>());
    DtlsServerSession seen =
        session(
            CLIENT,
            ALL,
            // No answer comes so late that something would be sent again.
            limits(Duration.ofSeconds(40)),
            datagram -> firstOfDatagram.add(datagram[0]));
    TestClient peer =
        start(
            seen,
            new TestClient(ALL, toServer(seen, any -> true)).withRetransmitAfterMillis(40_000));

    await(peer.keys);

    assertThat(firstOfDatagram).containsExactly(HANDSHAKE, CHANGE_CIPHER_SPEC);
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
}
