package dev.sluice.core.room;

import static dev.sluice.core.room.RoomUnderTest.OPUS;
import static dev.sluice.core.room.RoomUnderTest.PCMU;
import static dev.sluice.core.room.RoomUnderTest.receiving;
import static dev.sluice.core.room.RoomUnderTest.sending;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.room.RoomUnderTest.Peer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of a track whose format not everybody takes. */
@Tag("C2")
class TrackFormatTest {
  private static final TrackId FIRST = new TrackId("t1");
  private static final RoomEvent.TrackAvailability WRONG_CODEC =
      new RoomEvent.TrackAvailability(FIRST, RoomEvent.UnavailableReason.CODEC);
  private static final RoomEvent.TrackAvailability FINE =
      new RoomEvent.TrackAvailability(FIRST, null);

  private final RoomUnderTest test = new RoomUnderTest(RoomLimits.DEFAULT);

  @Test
  void tellsAViewerWithoutAnyOfTheCodecsBeforeTheFirstPacket() {
    Peer ada = test.join("ada");
    Peer bob = test.join("bob");
    bob.negotiate(receiving("0", 9000, PCMU));
    ada.negotiate(sending("0", 1000, OPUS));
    assertThat(bob.heard(RoomEvent.TrackAvailability.class)).containsExactly(WRONG_CODEC);
    ada.send(1000, OPUS, 5);
    assertThat(bob.received).isEmpty();
    assertThat(bob.heard(RoomEvent.TrackAvailability.class)).as("once").hasSize(1);
  }

  @Test
  void tellsAViewerWhenThePublisherGoesOverToACodecThatItLacksAndBack() {
    Peer ada = test.join("ada");
    Peer bob = test.join("bob");
    Peer eve = test.join("eve");
    bob.negotiate(receiving("0", 9000, OPUS));
    eve.negotiate(receiving("0", 9100, OPUS, PCMU));
    ada.negotiate(sending("0", 1000, OPUS, PCMU));
    ada.send(1000, OPUS, 5);
    assertThat(bob.heard(RoomEvent.TrackAvailability.class)).isEmpty();
    ada.send(1000, PCMU, 5);
    assertThat(bob.received).containsOnlyKeys(9000);
    assertThat(bob.received.get(9000)).containsOnly(111).hasSize(5);
    ada.send(1000, OPUS, 10);
    assertThat(bob.received.get(9000)).containsOnly(111).hasSize(15);
    assertThat(bob.heard(RoomEvent.TrackAvailability.class)).containsExactly(WRONG_CODEC, FINE);
    assertThat(eve.heard(RoomEvent.TrackAvailability.class))
        .as("has the codec; what it lacks is a slot of that clock")
        .isEmpty();
    assertThat(eve.heard(RoomEvent.SlotsWanted.class))
        .containsSubsequence(new RoomEvent.SlotsWanted(2, 0), new RoomEvent.SlotsWanted(1, 0));
  }

  @Test
  void neverMixesClockRatesInOneSlot() {
    Peer ada = test.join("ada");
    Peer bob = test.join("bob");
    bob.negotiate(receiving("0", 9000, OPUS, PCMU));
    ada.negotiate(sending("0", 1000, OPUS, PCMU));
    ada.send(1000, OPUS, 5);
    ada.send(1000, PCMU, 10);
    assertThat(bob.received).as("silence rather than a broken timeline").containsOnlyKeys(9000);
    assertThat(bob.heard(RoomEvent.SlotsWanted.class))
        .last()
        .isEqualTo(new RoomEvent.SlotsWanted(2, 0));

    bob.negotiate(receiving("0", 9000, OPUS, PCMU), receiving("1", 9002, OPUS, PCMU));
    ada.send(1000, PCMU, 10);
    assertThat(bob.received.get(9000)).containsOnly(111);
    assertThat(bob.received.get(9002)).containsOnly(0).hasSize(10);
    assertThat(bob.heard(RoomEvent.SlotAssigned.class)).last().extracting("mid").isEqualTo("1");
  }

  @Test
  void givesAFreeSlotToATrackOfItsClockRate() {
    Peer ada = test.join("ada");
    Peer bob = test.join("bob");
    Peer eve = test.join("eve");
    bob.negotiate(receiving("0", 9000, OPUS, PCMU), receiving("1", 9002, OPUS, PCMU));
    ada.negotiate(sending("0", 1000, OPUS, PCMU));
    eve.negotiate(sending("0", 2000, OPUS, PCMU));
    ada.send(1000, OPUS, 5);
    eve.send(2000, PCMU, 5);
    // Both go, and come back the other way round.
    ada.negotiate();
    eve.negotiate();
    ada.negotiate(sending("1", 1001, OPUS, PCMU));
    ada.send(1001, PCMU, 10);
    eve.negotiate(sending("1", 2001, OPUS, PCMU));
    eve.send(2001, OPUS, 10);
    assertThat(bob.received.get(9000)).containsOnly(111).hasSizeGreaterThan(10);
    assertThat(bob.received.get(9002)).containsOnly(0).hasSizeGreaterThan(10);
  }
}
