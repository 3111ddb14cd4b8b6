package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.testkit.HeapFootprint;
import org.junit.jupiter.api.Test;

/** Packets that another worker is to encrypt and send. */
class EgressOrderTest {
  private final EgressOrder order = new EgressOrder();

  @Test
  void holdsAsManyAsABatchAndKeepsWhatItHoldsWhenItGrows() {
    int count = 0;
    while (order.makeRoom()) {
      order.buffer()[order.nextOffset()] = (byte) count;
      order.addRtcp(DatagramBatch.MAX_DATAGRAM_BYTES - count % 3);
      count++;
    }
    assertThat(count).isEqualTo(DatagramBatch.MAX_DATAGRAMS).isEqualTo(order.count());
    int offset = 0;
    for (int i = 0; i < count; i++) {
      assertThat(order.buffer()[offset]).isEqualTo((byte) i);
      assertThat(order.isRtcp(i)).isTrue();
      assertThat(order.wasIntact(i)).as("nobody writes over it").isTrue();
      offset += order.prefixLength(i);
    }
    order.clear();
    assertThat(order.count()).isZero();
    assertThat(order.makeRoom()).isTrue();
    assertThat(order.nextOffset()).isZero();
  }

  /** There is one in each place of a ring: docs/limits.md says what they cost. */
  @Test
  void holdsLittleWhereOnlyHeadersCome() {
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 16; i++) {
        assertThat(order.makeRoom()).isTrue();
        order.addRtcp(60);
      }
      order.clear();
    }
    assertThat(HeapFootprint.ofArrays(order)).isLessThan(4 * 1024);
  }
}
