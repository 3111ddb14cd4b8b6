package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.srtp.SrtpKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session may cost, and what hostile datagrams cannot do to it. */
@Timeout(60)
class DtlsServerSessionLimitsTest extends DtlsSessionFixture {

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
}
