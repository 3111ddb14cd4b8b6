package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Datagrams side by side. */
class DatagramBatchTest {
  private final DatagramBatch batch = new DatagramBatch();

  @Test
  void holdsNoMemoryBeforeItIsUsed() {
    assertThat(batch.buffer()).isEmpty();
  }

  @Test
  void holdsLittleForAPeerThatReceivesLittle() {
    for (int i = 0; i < 1000; i++) {
      assertThat(batch.makeRoom()).isTrue();
      batch.commit(100);
      batch.clear();
    }
    assertThat(batch.buffer().length).isLessThan(8 * DatagramBatch.MAX_DATAGRAM_BYTES);
  }

  @Test
  void keepsWhatItHoldsWhenItGrows() {
    int count = 0;
    while (batch.makeRoom()) {
      batch.buffer()[batch.nextOffset()] = (byte) count;
      batch.commit(DatagramBatch.MAX_DATAGRAM_BYTES - count % 3);
      count++;
    }
    assertThat(count).isEqualTo(32).isEqualTo(batch.count());
    int offset = 0;
    for (int i = 0; i < count; i++) {
      assertThat(batch.buffer()[offset]).isEqualTo((byte) i);
      offset += batch.length(i);
    }
    assertThat(batch.bytes()).isEqualTo(offset);
    batch.clear();
    assertThat(batch.makeRoom()).isTrue();
    assertThat(batch.nextOffset()).isZero();
  }
}
