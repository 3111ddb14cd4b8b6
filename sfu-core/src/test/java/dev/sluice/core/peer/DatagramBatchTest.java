package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Datagrams side by side. */
class DatagramBatchTest {
  private final DatagramBuffers buffers = new DatagramBuffers();
  private final DatagramBatch batch = new DatagramBatch(buffers);

  @Test
  void holdsNoMemoryWhenNothingWaits() {
    assertThat(batch.buffer()).isEmpty();
    assertThat(batch.makeRoom()).isTrue();
    batch.commit(100);
    assertThat(batch.buffer()).isNotEmpty();
    batch.clear();
    assertThat(batch.buffer()).isEmpty();
  }

  @Test
  void holdsLittleForAPeerThatReceivesLittle() {
    assertThat(batch.makeRoom()).isTrue();
    batch.commit(100);
    assertThat(batch.makeRoom()).isTrue();
    assertThat(batch.buffer()).hasSize(2 * DatagramBatch.MAX_DATAGRAM_BYTES);
  }

  @Test
  void takesAtOnceWhatAllThatIsExpectedNeedsAndNotAgainForWhatComesAfterwards() {
    batch.expect(6);
    assertThat(batch.makeRoom()).isTrue();
    byte[] first = batch.buffer();
    for (int i = 0; i < 6; i++) {
      assertThat(batch.makeRoom()).isTrue();
      batch.commit(DatagramBatch.MAX_DATAGRAM_BYTES);
    }
    assertThat(batch.buffer()).isSameAs(first);
    batch.clear();
    assertThat(batch.makeRoom()).isTrue();
    assertThat(batch.buffer()).hasSize(2 * DatagramBatch.MAX_DATAGRAM_BYTES);
  }

  @Test
  void writesWhereAnotherHasJustWritten() {
    DatagramBatch other = new DatagramBatch(buffers);
    assertThat(other.makeRoom()).isTrue();
    byte[] used = other.buffer();
    other.commit(100);
    other.clear();
    assertThat(batch.makeRoom()).isTrue();
    assertThat(batch.buffer()).isSameAs(used);
  }

  @Test
  void neverWritesWhereAnotherStillWaits() {
    DatagramBatch other = new DatagramBatch(buffers);
    for (int i = 0; i < 3; i++) {
      assertThat(batch.makeRoom() && other.makeRoom()).isTrue();
      batch.commit(DatagramBatch.MAX_DATAGRAM_BYTES);
      other.commit(DatagramBatch.MAX_DATAGRAM_BYTES);
      assertThat(batch.buffer()).isNotSameAs(other.buffer());
    }
    batch.clear();
    other.clear();
    batch.moveTo(new DatagramBuffers());
    assertThat(batch.makeRoom() && other.makeRoom()).isTrue();
    assertThat(batch.buffer()).isNotSameAs(other.buffer());
  }

  @Test
  void keepsWhatItHoldsWhenItGrows() {
    int count = 0;
    while (batch.makeRoom()) {
      batch.buffer()[batch.nextOffset()] = (byte) count;
      batch.commit(DatagramBatch.MAX_DATAGRAM_BYTES - count % 3);
      count++;
    }
    assertThat(count).isEqualTo(16).isEqualTo(batch.count());
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
