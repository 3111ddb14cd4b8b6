package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a slot remembers of what it sent. */
@Tag("R1")
class RetransmissionIndexTest {
  private final RetransmissionIndex index = new RetransmissionIndex(8);

  @Test
  void findsWhatWasSent() {
    index.put(70_000, 3, 90_000, 1234, 0x1001, 77, 0);
    int entry = index.find(70_000);
    assertThat(entry).isNotNegative();
    assertThat(index.streamId(entry)).isEqualTo(3);
    assertThat(index.sourceSequence(entry)).isEqualTo(90_000);
    assertThat(index.timestamp(entry)).isEqualTo(1234);
    assertThat(index.csrc(entry)).isEqualTo(0x1001);
    assertThat(index.descriptorToken(entry)).isEqualTo(77);
    assertThat(index.find(70_001)).isEqualTo(-1);
    assertThat(index.find(70_008)).isEqualTo(-1);
  }

  @Test
  void findsNothingBeforeTheFirstPacket() {
    assertThat(index.find(0)).isEqualTo(-1);
    assertThat(index.find(70_000)).isEqualTo(-1);
    index.noteLate(70_000, 1);
    index.put(70_001, 3, 90_001, 0, 0, 0, 0);
    assertThat(index.find(70_000)).isEqualTo(-1);
  }

  @Test
  void newerPacketsTakeThePlacesOfOlderOnesAndNotTheOtherWayRound() {
    index.put(100, 1, 1, 0, 0, 0, 0);
    index.put(108, 1, 9, 0, 0, 0, 0);
    index.put(100, 1, 1, 0, 0, 0, 0);
    assertThat(index.find(100)).isEqualTo(-1);
    assertThat(index.sourceSequence(index.find(108))).isEqualTo(9);
  }

  @Test
  void resendsAreBoundedInNumberAndPace() {
    index.put(100, 1, 1, 0, 0, 0, 0);
    int entry = index.find(100);
    assertThat(index.claimResend(entry, 3, 10, 0)).isTrue();
    assertThat(index.claimResend(entry, 3, 10, 9)).isFalse();
    assertThat(index.claimResend(entry, 3, 10, 10)).isTrue();
    assertThat(index.claimResend(entry, 3, 10, 20)).isTrue();
    assertThat(index.claimResend(entry, 3, 10, 1000)).isFalse();
  }

  @Test
  void anotherPacketInTheSamePlaceCountsAnew() {
    index.put(100, 1, 1, 0, 0, 0, 0);
    assertThat(index.claimResend(index.find(100), 1, 10, 0)).isTrue();
    index.put(108, 1, 1, 0, 0, 0, 0);
    assertThat(index.claimResend(index.find(108), 1, 10, 1)).isTrue();
  }

  @Test
  void refusesASizeThatIsNoPowerOfTwo() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RetransmissionIndex(12));
  }

  @Test
  void doesNotSendAgainWhatItsReceiverAskedForBeforeItCame() {
    index.put(100, 1, 1, 0, 0, 0, 0);
    index.noteLate(100, 1_000);
    int entry = index.find(100);
    assertThat(index.claimResend(entry, 3, 10, 1_019)).as("within a round trip").isFalse();
    assertThat(index.claimResend(entry, 3, 10, 1_020)).isTrue();
    assertThat(index.claimResend(entry, 3, 10, 1_029)).isFalse();
    assertThat(index.claimResend(entry, 3, 10, 1_030)).as("then as any other").isTrue();
    index.put(108, 1, 9, 0, 0, 0, 0);
    assertThat(index.claimResend(index.find(108), 3, 10, 1_001)).as("another packet").isTrue();
  }
}
