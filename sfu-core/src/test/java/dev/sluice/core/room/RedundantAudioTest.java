package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Redundant audio to those who take it, and what it wraps to the others. */
@Tag("R5")
class RedundantAudioTest {
  private static final PeerPlan PUBLISHER =
      PeerPlan.publishing("publisher")
          .audioOnly()
          .withCodecs(List.of(Agreement.RED, Agreement.OPUS), List.of(Agreement.VP8));

  @Test
  void goesOutAsSuchUnderTheReceiversNumbers() {
    Conference conference = new Conference(110);
    SimulatedPeer publisher = conference.join(PUBLISHER);
    publisher.audio().setRedundant(true);
    SimulatedPeer viewer = conference.join(viewer(Agreement.OPUS_109, Agreement.RED_109));
    conference.runMillis(2000);
    ReceivedStream audio = viewer.slot("a0");
    assertThat(audio.packets()).hasSizeGreaterThan(90);
    assertThat(audio.packets())
        .allMatch(packet -> packet.payloadType() == Agreement.RED_109.payloadType())
        .allMatch(packet -> packet.captureNanos() > 0);
    assertThat(audio.packets().stream().skip(1)).allMatch(packet -> packet.redundantBlocks() == 1);
    assertThat(audio.discontinuities()).isEmpty();
  }

  @Test
  void isStrippedForWhoHasNotNegotiatedIt() {
    Conference conference = new Conference(111);
    SimulatedPeer publisher = conference.join(PUBLISHER);
    publisher.audio().setRedundant(true);
    SimulatedPeer viewer = conference.join(viewer(Agreement.OPUS_109));
    conference.runMillis(2000);
    ReceivedStream audio = viewer.slot("a0");
    assertThat(audio.packets()).hasSizeGreaterThan(90);
    assertThat(audio.packets())
        .allMatch(packet -> packet.payloadType() == Agreement.OPUS_109.payloadType())
        .allMatch(packet -> packet.captureNanos() > 0);
    assertThat(audio.missing()).isZero();
    assertThat(audio.discontinuities()).isEmpty();
    assertThat(viewer.events(RoomEvent.TrackAvailability.class)).isEmpty();
  }

  @Test
  void aPublisherMayChangeBetweenBothWithoutASeam() {
    Conference conference = new Conference(112);
    SimulatedPeer publisher = conference.join(PUBLISHER);
    SimulatedPeer red = conference.join(viewer(Agreement.OPUS, Agreement.RED));
    SimulatedPeer opus =
        conference.join(
            PeerPlan.watching("other", 1)
                .withSlots(1, 0)
                .withCodecs(List.of(Agreement.OPUS), List.of(Agreement.VP8)));
    for (int i = 0; i < 20; i++) {
      publisher.audio().setRedundant(i % 2 == 0);
      conference.runMillis(110);
    }
    for (SimulatedPeer viewer : List.of(red, opus)) {
      assertThat(viewer.slot("a0").packets()).hasSizeGreaterThan(100);
      assertThat(viewer.slot("a0").missing()).isZero();
      assertThat(viewer.slot("a0").discontinuities()).isEmpty();
      assertThat(ticksPerPacket(viewer.slot("a0"))).isEqualTo(960);
    }
    assertThat(red.slot("a0").packets().stream().map(ReceivedStream.Packet::payloadType))
        .contains(Agreement.OPUS.payloadType(), Agreement.RED.payloadType());
  }

  @Test
  void whatCannotBeReadGoesOnAsANumberWithoutAPayload() {
    Conference conference = new Conference(113);
    SimulatedPeer publisher = conference.join(PUBLISHER);
    publisher.audio().setRedundant(true);
    SimulatedPeer viewer = conference.join(viewer(Agreement.OPUS, Agreement.RED));
    conference.runMillis(500);
    long now = conference.nowNanos();
    byte[] broken = publisher.audio().make(new byte[] {(byte) 0xEF, 0, 1}, false, now);
    publisher.sendRtp(broken, now);
    conference.runMillis(500);
    assertThat(viewer.slot("a0").missing()).isZero();
    assertThat(viewer.slot("a0").packets()).anyMatch(packet -> packet.captureNanos() == 0);
  }

  @Test
  @Tag("X2")
  void encryptedItGoesOnlyToThoseWithTheSameFormat() {
    Conference conference = new Conference(114);
    SimulatedPeer publisher = conference.join(PUBLISHER.asEncrypted());
    publisher.audio().setRedundant(true);
    SimulatedPeer same = conference.join(viewer(Agreement.OPUS, Agreement.RED));
    SimulatedPeer none =
        conference.join(
            PeerPlan.watching("none", 1)
                .withSlots(1, 0)
                .withCodecs(List.of(Agreement.OPUS), List.of(Agreement.VP8)));
    SimulatedPeer other =
        conference.join(
            PeerPlan.watching("other", 1)
                .withSlots(1, 0)
                .withCodecs(
                    List.of(Agreement.OPUS_109, Agreement.RED_109), List.of(Agreement.VP8)));
    conference.runMillis(2000);
    assertThat(same.slot("a0").packets()).hasSizeGreaterThan(90);
    assertThat(same.slot("a0").discontinuities()).isEmpty();
    for (SimulatedPeer peer : List.of(none, other)) {
      assertThat(peer.slot("a0").packets()).isEmpty();
      assertThat(peer.events(RoomEvent.TrackAvailability.class))
          .last()
          .extracting(RoomEvent.TrackAvailability::reason)
          .isEqualTo(RoomEvent.UnavailableReason.CODEC);
    }
  }

  private static PeerPlan viewer(NegotiatedCodec... codecs) {
    return PeerPlan.watching("viewer", 1)
        .withSlots(1, 0)
        .withCodecs(List.of(codecs), List.of(Agreement.VP8));
  }

  private static long ticksPerPacket(ReceivedStream stream) {
    List<ReceivedStream.Packet> packets = List.copyOf(stream.packets());
    long ticks = packets.getLast().timestamp() - packets.getFirst().timestamp();
    return ticks / (packets.size() - 1);
  }
}
