package dev.sluice.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a history keeps, and what it has forgotten. */
class PacketHistoryTest {
  private static final int ARENA = 8 * PacketHistory.MAX_PACKET_BYTES;

  private final PacketHistory history = new PacketHistory(16, ARENA);

  @Test
  void givesBackWhatWasStored() {
    store(70_000, 100);
    assertThat(history.length(70_000)).isEqualTo(100);
    assertThat(history.arena()[history.offset(70_000)]).isEqualTo((byte) 70_000);
    assertThat(history.offset(70_001)).isEqualTo(-1);
    assertThat(history.contains(70_001)).isFalse();
  }

  @Test
  void anUncommittedPlaceIsGivenAgain() {
    int first = history.reserve();
    assertThat(history.reserve()).isEqualTo(first);
  }

  @Test
  void aPacketGivesItsPlaceToTheOneSixteenLater() {
    store(100, 50);
    store(116, 60);
    assertThat(history.offset(100)).isEqualTo(-1);
    assertThat(history.contains(100)).isFalse();
    assertThat(history.length(116)).isEqualTo(60);
  }

  @Test
  void bytesAreNotReadableOnceTheArenaCameRound() {
    store(1, 1000);
    for (int i = 2; i <= 10; i++) {
      store(i, 1500);
    }
    assertThat(history.offset(1)).isEqualTo(-1);
    assertThat(history.offset(10)).isNotNegative();
  }

  @Test
  void aPacketWhoseBytesAreGoneIsStillKnownToHaveCome() {
    store(1, 1000);
    for (int i = 2; i <= 10; i++) {
      store(i, 1500);
    }
    assertThat(history.contains(1)).isTrue();
  }

  @Test
  void noPacketIsSplitAtTheEndOfTheArena() {
    for (int i = 0; i < 100; i++) {
      assertThat(history.reserve() + PacketHistory.MAX_PACKET_BYTES).isLessThanOrEqualTo(ARENA);
      store(i, 1111);
    }
  }

  @Test
  void whatIsReadableIsWhatWasWritten() {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    long highest = 65_536;
    for (int i = 0; i < 20_000; i++) {
      long sequence = highest + random.nextInt(3) - 1;
      highest = Math.max(highest, sequence);
      if (!history.contains(sequence)) {
        store(sequence, 12 + random.nextInt(1500));
      }
      for (long known = highest - 20; known <= highest; known++) {
        int offset = history.offset(known);
        if (offset >= 0) {
          int last = offset + history.length(known) - 1;
          assertThat(history.arena()[offset]).as("seed " + seed).isEqualTo((byte) known);
          assertThat(history.arena()[last]).as("seed " + seed).isEqualTo((byte) known);
        }
      }
      assertThat(history.offset(sequence)).as("seed " + seed).isNotNegative();
    }
  }

  /** A packet as another thread is told of it. */
  private record Told(int offset, int length, long position) {}

  /** Each byte of a packet is its number: two numbers in what was read are two packets. */
  @Test
  @Timeout(60)
  void anotherThreadNeverTakesTwoPacketsForOne() throws Exception {
    AtomicReference<@Nullable Told> newest = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger whole = new AtomicInteger();
    AtomicInteger torn = new AtomicInteger();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  byte[] copy = new byte[PacketHistory.MAX_PACKET_BYTES];
                  int overwritten = 0;
                  for (; overwritten < 300 || whole.get() <= 300; overwritten++) {
                    Told told = newest.get();
                    while (told == null) {
                      told = newest.get();
                    }
                    System.arraycopy(history.arena(), told.offset(), copy, 0, told.length());
                    // The same one again and again until it has been written over.
                    while (history.claim().isIntact(told.position())) {
                      whole.incrementAndGet();
                      torn.addAndGet(differsFromItself(copy, told.length()) ? 1 : 0);
                      System.arraycopy(history.arena(), told.offset(), copy, 0, told.length());
                    }
                  }
                  done.set(true);
                });
    for (long sequence = 0; !done.get(); sequence++) {
      int length = 1400 + (int) (sequence % 100);
      int offset = history.reserve();
      java.util.Arrays.fill(history.arena(), offset, offset + length, (byte) sequence);
      history.commit(sequence, length);
      newest.set(new Told(offset, length, history.claim().position(offset)));
    }
    reader.join();

    assertThat(whole.get()).isGreaterThan(300);
    assertThat(torn.get()).isZero();
  }

  private static boolean differsFromItself(byte[] bytes, int length) {
    for (int i = 1; i < length; i++) {
      if (bytes[i] != bytes[0]) {
        return true;
      }
    }
    return false;
  }

  @Test
  void refusesSizesThatCannotWork() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PacketHistory(100, ARENA));
    assertThatIllegalArgumentException().isThrownBy(() -> new PacketHistory(128, 1600));
  }

  private void store(long sequence, int length) {
    int offset = history.reserve();
    java.util.Arrays.fill(history.arena(), offset, offset + length, (byte) sequence);
    history.commit(sequence, length);
  }
}
