package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Datagrams kept as they were encrypted. */
class SentCiphertextsTest {
  private final SentCiphertexts kept = new SentCiphertexts();

  @Test
  void givesBackTheBytesThatWereSent() {
    byte[] datagram = {9, 1, 2, 3, 9};
    kept.put(65_535, datagram, 1, 3);
    int entry = kept.find(65_535, 0, 5);
    byte[] out = new byte[5];
    kept.resend(entry, out, 2, 5);
    assertThat(kept.length(entry)).isEqualTo(3);
    assertThat(out).containsExactly(0, 0, 1, 2, 3);
  }

  @Test
  void knowsNothingOfWhatWasNotSent() {
    assertThat(kept.find(0, 0, 5)).isEqualTo(-1);
    kept.put(7, new byte[100], 0, 100);
    assertThat(kept.find(7 + SentCiphertexts.ENTRIES, 0, 5)).isEqualTo(-1);
  }

  @Test
  void sendsAgainNotTooSoonAndNotTooOften() {
    kept.put(7, new byte[100], 0, 100);
    long now = 1000;
    for (int i = 0; i < SentCiphertexts.MAX_RESENDS; i++) {
      int entry = kept.find(7, 50, now);
      assertThat(entry).isNotNegative();
      kept.resend(entry, new byte[100], 0, now);
      assertThat(kept.find(7, 50, now + 49)).isEqualTo(-1);
      now += 50;
    }
    assertThat(kept.find(7, 50, now)).isEqualTo(-1);
  }

  @RepeatedTest(3)
  void neverGivesOtherBytesThanWereSentUnderTheNumber(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    SplittableRandom random = new SplittableRandom(seed);
    int found = 0;
    for (int sequence = 0; sequence < 70_000; sequence++) {
      int length = 100 + random.nextInt(1400);
      byte[] datagram = new byte[length];
      Arrays.fill(datagram, (byte) (sequence * 31 + length));
      kept.put(sequence & 0xFFFF, datagram, 0, length);
      int wanted = (sequence - random.nextInt(200)) & 0xFFFF;
      int entry = kept.find(wanted, 0, 0);
      if (entry >= 0) {
        byte[] out = new byte[1500];
        kept.resend(entry, out, 0, 0);
        byte expected = (byte) (sequenceNear(wanted, sequence) * 31 + kept.length(entry));
        assertThat(out[0]).as("seed %d, packet %d", seed, sequence).isEqualTo(expected);
        assertThat(out[kept.length(entry) - 1]).isEqualTo(expected);
        found++;
      }
    }
    assertThat(found).as("seed %d", seed).isGreaterThan(10_000);
  }

  private static int sequenceNear(int sequence16, int highest) {
    return highest + (short) (sequence16 - highest);
  }
}
