package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that are authenticated and mean harm, and limits that hold. */
@Tag("S8")
class HostilePeerTest {
  @Test
  void manySsrcsCostABoundedNumberOfStreams() {
    Conference conference = new Conference(70);
    SimulatedPeer hostile = conference.join(PeerPlan.publishing("hostile"));
    SimulatedPeer viewer = conference.join(PeerPlan.talking("viewer", 1));
    conference.runMillis(200);
    for (int i = 0; i < 1100; i++) {
      hostile.video().changeSsrc(0xE000_0000 + 2 * i);
      conference.runMillis(40);
    }
    assertThat(conference.room().forwardedStreams()).isLessThanOrEqualTo(4);
    assertThat(conference.dropped(DropReason.TOO_MANY_STREAMS)).isPositive();
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
    assertThat(viewer.slot("a0").missing()).isZero();
  }

  @Test
  void unknownSsrcsBelongToNothing() {
    Conference conference = new Conference(71);
    SimulatedPeer hostile = conference.join(PeerPlan.publishing("hostile"));
    conference.runMillis(200);
    byte[] packet = new byte[30];
    for (int i = 0; i < 1000; i++) {
      packet[0] = (byte) 0x80;
      packet[1] = 99;
      RtpPacket.setSsrc(packet, 0, 0xE000_0000 + i);
      hostile.uplink().send(packet, 0, packet.length, conference.nowNanos());
    }
    conference.runMillis(100);
    assertThat(conference.dropped(DropReason.AUTHENTICATION_FAILED)).isEqualTo(1000);
    assertThat(conference.room().forwardedStreams()).isEqualTo(2);
  }

  @Test
  void malformedRtpBehindGoodProtectionIsDroppedAndNothingElse() {
    Conference conference = new Conference(72);
    SimulatedPeer hostile = conference.join(PeerPlan.publishing("hostile"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(1000);
    SplittableRandom random = new SplittableRandom(72);
    for (int i = 0; i < 4000; i++) {
      byte[] payload = new byte[random.nextInt(60)];
      random.nextBytes(payload);
      byte[] packet = hostile.video().make(payload, random.nextBoolean(), conference.nowNanos());
      if (random.nextInt(4) == 0) {
        // A padding bit whose count may say anything.
        packet[0] |= 0x20;
      }
      RtpPacket.setPayloadType(packet, 0, random.nextInt(3) == 0 ? 97 : 96);
      RtpPacket.setSsrc(packet, 0, hostile.video().ssrc() + random.nextInt(2));
      hostile.sendRtp(packet, conference.nowNanos());
      if (i % 50 == 0) {
        conference.runMillis(20);
      }
    }
    conference.runMillis(100);
    assertThat(conference.dropped(DropReason.MALFORMED)).as("seed 72").isPositive();
    assertThat(viewer.slot("a0").discontinuities()).isEmpty();
    assertThat(viewer.slot("a0").missing()).isZero();
  }

  @Test
  void malformedRtcpIsIgnored() {
    Conference conference = new Conference(73);
    SimulatedPeer hostile = conference.join(PeerPlan.talking("hostile", 1));
    SimulatedPeer other = conference.join(PeerPlan.talking("other", 1));
    conference.runMillis(500);
    SplittableRandom random = new SplittableRandom(73);
    for (int i = 0; i < 3000; i++) {
      byte[] rtcp = new byte[8 + random.nextInt(300)];
      random.nextBytes(rtcp);
      rtcp[0] = (byte) (0x80 | random.nextInt(0x40));
      rtcp[1] = (byte) (200 + random.nextInt(8));
      if (random.nextBoolean()) {
        rtcp[2] = 0;
        rtcp[3] = (byte) (rtcp.length / 4 - 1);
      }
      hostile.sendRtcp(rtcp, conference.nowNanos());
      conference.runMillis(1);
    }
    other
        .slots()
        .values()
        .forEach(
            stream -> {
              assertThat(stream.discontinuities()).as("seed 73").isEmpty();
              assertThat(stream.missing()).isZero();
            });
  }

  @Test
  void aGreedyNackCostsABoundedNumberOfPackets() {
    Conference conference = new Conference(74);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer greedy = conference.join(PeerPlan.watching("greedy", 1));
    conference.runMillis(5000);
    long[] all = new long[400];
    long highest =
        greedy.slot("v0").packets().stream().mapToLong(p -> p.sequence()).max().orElse(0);
    for (int i = 0; i < all.length; i++) {
      all[i] = highest - all.length + 1 + i;
    }
    int ssrc = (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, greedy.number());
    for (int i = 0; i < 1000; i++) {
      greedy.sendRtcp(out -> out.nack(1, ssrc, all, 0, all.length), conference.nowNanos());
      conference.runMillis(1);
    }
    // Ten times each at most, however often it asks; less at the pace of its path.
    assertThat(conference.totals().packetsResent()).isBetween(200L, 10L * 500);
  }

  @Test
  void aGoodbyeEndsNothingByItself() {
    Conference conference = new Conference(75);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(500);
    publisher.sendRtcp(out -> out.bye(publisher.video().ssrc()), conference.nowNanos());
    int before = viewer.slot("v0").packets().size();
    conference.runMillis(500);
    assertThat(viewer.slot("v0").packets()).hasSizeGreaterThan(before + 30);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void refusesMoreThanTheRoomHolds() {
    Conference conference = new Conference(76, new RoomLimits(2, 16, 1_000_000));
    conference.enter(PeerPlan.watching("one", 1));
    SimulatedPeer two = conference.enter(PeerPlan.watching("two", 1));
    SimulatedPeer three = conference.enter(PeerPlan.watching("three", 1));
    assertThat(three.events())
        .singleElement()
        .isInstanceOfSatisfying(
            RoomEvent.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.ROOM_FULL));
    conference.leave(two);
    SimulatedPeer four = conference.enter(PeerPlan.watching("four", 1));
    assertThat(four.events().getFirst()).isInstanceOf(RoomEvent.Joined.class);
  }

  @Test
  void refusesAParticipantThatIsThereAndLeavesTheFirstAlone() {
    Conference conference = new Conference(77);
    SimulatedPeer first = conference.join(PeerPlan.talking("same", 1));
    SimulatedPeer second = conference.enter(PeerPlan.talking("same", 1));
    assertThat(second.events())
        .singleElement()
        .isInstanceOfSatisfying(
            RoomEvent.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.DUPLICATE_PARTICIPANT));
    assertThat(first.events(RoomEvent.Removed.class)).isEmpty();
    assertThat(conference.totals().participants()).isEqualTo(1);
  }

  @Test
  void aTrackBeyondTheLimitIsNotPublished() {
    Conference conference = new Conference(78, new RoomLimits(10, 1, 1_000_000));
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    assertThat(publisher.events(RoomEvent.TrackPublished.class)).hasSize(1);
    conference.runMillis(500);
    assertThat(conference.dropped(DropReason.UNKNOWN_STREAM)).isPositive();
  }

  @Test
  void leavingFreesEverything() {
    Conference conference = new Conference(79);
    SimulatedPeer stays = conference.join(PeerPlan.talking("stays", 2));
    for (int i = 0; i < 20; i++) {
      SimulatedPeer guest = conference.join(PeerPlan.talking("guest" + i, 2));
      guest.video().setPacketsPerFrame(50);
      conference.runMillis(300);
      conference.leave(guest);
    }
    conference.runMillis(100);
    assertThat(conference.room().forwardedStreams()).isEqualTo(2);
    assertThat(conference.room().waiting()).isLessThanOrEqualTo(1);
    assertThat(conference.totals().participants()).isEqualTo(1);
    stays.slots().values().forEach(s -> assertThat(s.discontinuities()).isEmpty());
    conference.leave(stays);
    assertThat(conference.room().isEmpty()).isTrue();
    assertThat(conference.room().forwardedStreams()).isZero();
    assertThat(conference.room().waiting()).isZero();
  }

  /** The CNAME is made of it, and an item of SDES holds 255 bytes (RFC 3550 §6.5). */
  @Test
  void theLongestNameStillGetsReports() {
    Conference conference = new Conference(80);
    SimulatedPeer longest = conference.join(PeerPlan.talking("\u6f22".repeat(128), 1));
    conference.join(PeerPlan.talking("other", 1));
    conference.runMillis(2_500);
    assertThat(longest.rtcpReceived()).isPositive();
    assertThat(longest.slot("v0").packets()).isNotEmpty();
  }
}
