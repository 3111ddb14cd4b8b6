package dev.sluice.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageVectorTest {
  private static final UdpRemote REMOTE =
      UdpRemote.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));

  private final ScriptedKernel kernel = new ScriptedKernel();
  private final MessageVector messages = new MessageVector(kernel.sendmmsg(), 3, false);
  private final Outcome outcome = new Outcome();

  @Test
  void goesOnWhereTheKernelStopped() {
    addMessages(5);
    kernel.answer(2).answer(3);

    messages.send(outcome);

    assertThat(kernel.offered).containsExactly(5, 3);
    assertThat(outcome.waiting).isEmpty();
    assertThat(outcome.refused).isEmpty();
  }

  @Test
  void handsOverWhatAFullSocketDoesNotTakeInItsOrder() {
    addMessages(4);
    kernel.answer(2).fail(MessageVector.EAGAIN);

    messages.send(outcome);

    assertThat(outcome.waiting).containsExactly("2 of 10, 5 each", "3 of 10, 5 each");
    assertThat(kernel.offered).as("and does not ask again").containsExactly(4, 2);
  }

  @Test
  void leavesOutTheOneMessageThatIsRefused() {
    addMessages(3);
    kernel.answer(1).fail(MessageVector.EINVAL).answer(1);

    messages.send(outcome);

    assertThat(outcome.refused).containsExactly("errno 22: 1 of 10, 5 each");
    assertThat(kernel.offered).containsExactly(3, 2, 1);
  }

  @Test
  void asksAgainAfterASignal() {
    addMessages(1);
    kernel.fail(MessageVector.EINTR).answer(1);

    messages.send(outcome);

    assertThat(kernel.offered).containsExactly(1, 1);
    assertThat(outcome.refused).isEmpty();
  }

  @Test
  void isEmptyAfterwardsWhateverHappened() {
    addMessages(2);
    kernel.fail(MessageVector.EIO).fail(MessageVector.EAGAIN);
    messages.send(outcome);

    messages.send(outcome);

    assertThat(kernel.offered).containsExactly(2, 1);
  }

  @Test
  void hasRoomForSoManyMessagesAndBytesOnly() {
    byte[] large = new byte[24_000];
    int count = 0;
    while (messages.hasRoom(large.length)) {
      messages.add(large, 0, large.length, 1_500, REMOTE);
      count++;
    }
    assertThat(count).isEqualTo(MessageVector.MAX_BYTES / large.length);
    kernel.answer(count);
    messages.send(outcome);

    count = 0;
    while (messages.hasRoom(1)) {
      messages.add(large, 0, 1, 1, REMOTE);
      count++;
    }
    assertThat(count).isEqualTo(MessageVector.MAX_MESSAGES);
  }

  /** Of ten bytes, each the message's number, in two segments. */
  private void addMessages(int count) {
    for (int i = 0; i < count; i++) {
      byte[] bytes = {9, 9, (byte) i, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      messages.add(bytes, 2, 10, 5, REMOTE);
    }
  }

  private static final class Outcome implements MessageVector.Refusals {
    final List<String> waiting = new ArrayList<>();
    final List<String> refused = new ArrayList<>();

    @Override
    public void onFull(ByteBuffer content, int segmentBytes, UdpRemote remote) {
      assertThat(remote).isEqualTo(REMOTE);
      waiting.add("%d of %d, %d each".formatted(content.get(0), content.remaining(), segmentBytes));
    }

    @Override
    public void onRefused(int errno, ByteBuffer content, int segmentBytes, UdpRemote remote) {
      assertThat(remote).isEqualTo(REMOTE);
      refused.add(
          "errno %d: %d of %d, %d each"
              .formatted(errno, content.get(0), content.remaining(), segmentBytes));
    }
  }
}
