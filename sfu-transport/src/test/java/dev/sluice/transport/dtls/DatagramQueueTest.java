package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("S3")
@Timeout(30)
class DatagramQueueTest {
  private final List<byte[]> sent = new ArrayList<>();
  private final DatagramQueue queue =
      new DatagramQueue(
          (b, offset, length) -> sent.add(Arrays.copyOfRange(b, offset, offset + length)),
          4,
          Duration.ofMillis(1).toNanos());
  private final byte[] buffer = new byte[2000];

  @Test
  void recordsOfTheSessionsThreadLeaveTogetherWhenItWaitsForThePeer() throws Exception {
    queue.receiveOnThisThread();
    queue.send(new byte[] {1, 2}, 0, 2);
    queue.send(new byte[] {0, 3}, 1, 1);

    assertThat(sent).isEmpty();
    assertThat(queue.receive(buffer, 0, buffer.length, 1)).isEqualTo(-1);
    assertThat(sent).containsExactly(new byte[] {1, 2, 3});
  }

  @Test
  void aDatagramHoldsNoMoreThanAPathCarries() {
    queue.receiveOnThisThread();
    for (int i = 0; i < 3; i++) {
      queue.send(new byte[500], 0, 500);
    }
    queue.established();

    assertThat(sent).extracting(datagram -> datagram.length).containsExactly(1000, 500);
  }

  @Test
  void whatAnotherThreadSendsLeavesAtOnce() {
    queue.send(new byte[] {1}, 0, 1);

    assertThat(sent).hasSize(1);
  }

  @Test
  void theLastWordLeavesBeforeTheSessionIsClosed() {
    queue.receiveOnThisThread();
    queue.send(new byte[] {1}, 0, 1);
    queue.close();

    assertThat(sent).hasSize(1);
  }

  @Test
  void theFlightThatEndsTheHandshakeIsSentAFewTimesMoreUnasked() throws Exception {
    queue.receiveOnThisThread();
    queue.send(new byte[] {1, 2}, 0, 2);
    queue.established();

    while (sent.size() < 5) {
      assertThat(queue.receive(buffer, 0, buffer.length, 1)).isEqualTo(-1);
    }
    assertThat(queue.receive(buffer, 0, buffer.length, 40)).isEqualTo(-1);
    assertThat(sent).hasSize(5).allMatch(datagram -> Arrays.equals(datagram, new byte[] {1, 2}));
  }

  @Test
  void theLastFlightIsNotRepeatedForAPeerThatSendsApplicationData() throws Exception {
    byte[] data = new byte[DtlsRecordFilter.RECORD_HEADER_LENGTH];
    data[0] = DtlsRecordFilter.APPLICATION_DATA;
    queue.receiveOnThisThread();
    queue.send(new byte[] {1}, 0, 1);
    queue.offer(data, 0, data.length);
    queue.established();

    assertThat(queue.receive(buffer, 0, buffer.length, 1)).isPositive();
    assertThat(queue.receive(buffer, 0, buffer.length, 20)).isEqualTo(-1);
    assertThat(sent).hasSize(1);
  }

  /** An hour would be the test's end. */
  @Test
  void aFlightIsSentAgainSoonHoweverOftenItHasBeen() throws Exception {
    queue.receiveOnThisThread();

    assertThat(queue.receive(buffer, 0, buffer.length, 3_600_000)).isEqualTo(-1);
  }
}
