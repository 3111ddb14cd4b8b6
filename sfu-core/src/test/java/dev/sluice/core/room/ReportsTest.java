package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.ReceptionStatistics;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtp.BigEndian;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.time.MediaClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What reports say, and what can be told from them. */
@Tag("R7")
class ReportsTest {
  private static final long MILLISECOND = 1_000_000;

  /** More than one report can hold. */
  private static final int MANY = 40;

  private static final int SSRC = 0xC300_0000;

  @Test
  void audioAndVideoStayTogetherOverTwentyLayerSwitches() {
    Conference conference = new Conference(90);
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("q", "h"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    publisher.uplink().setDelay(30 * MILLISECOND, 10 * MILLISECOND);
    viewer.downlink().setDelay(30 * MILLISECOND, 10 * MILLISECOND);
    conference.runMillis(5000);
    long worst = 0;
    int switches = 0;
    while (switches < 20) {
      int before = viewer.slot("v0").lastWidth();
      toggle(publisher, switches, conference.nowNanos());
      for (int i = 0; i < 25; i++) {
        conference.runMillis(100);
        worst = Math.max(worst, Math.abs(skewNanos(viewer)));
      }
      assertThat(viewer.slot("v0").lastWidth()).as("switch %d", switches).isNotEqualTo(before);
      switches++;
    }
    assertThat(worst).as("seed 90, over %d switches", switches).isLessThan(80 * MILLISECOND);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void everyStreamIsReported() {
    Conference conference = new Conference(91, new RoomLimits(10, MANY, 1_000_000));
    SimulatedPeer publisher = conference.enter(PeerPlan.publishing("publisher"));
    List<NegotiatedSection> sections = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      sections.add(
          Agreement.incoming("m" + i, Agreement.OPUS, List.of(), SSRC + i, -1, publisher.number()));
    }
    apply(conference, publisher, Agreement.session(sections));
    for (int i = 0; i < MANY; i++) {
      publisher.sendRtp(plainOpus(SSRC + i), conference.nowNanos());
    }
    publisher.audio().pause();
    publisher.video().pause();
    conference.runMillis(3000);
    assertThat(publisher.reported()).hasSize(MANY);
  }

  @Test
  void thoseWhoStayAreReportedToWhoeverHasLeft() {
    Conference conference = new Conference(94);
    conference.join(PeerPlan.publishing("publisher"));
    List<SimulatedPeer> viewers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      viewers.add(conference.join(PeerPlan.watching("viewer" + i, 1)));
    }
    conference.runMillis(2000);
    for (int leaver : new int[] {3, 0}) {
      conference.leave(viewers.remove(leaver));
      List<Long> before = viewers.stream().map(SimulatedPeer::rtcpReceived).toList();
      conference.runMillis(3000);
      for (int i = 0; i < viewers.size(); i++) {
        assertThat(viewers.get(i).rtcpReceived() - before.get(i))
            .as("of %s, one report a second of sound and one of picture", viewers.get(i).id())
            .isBetween(4L, 8L);
      }
    }
  }

  @Test
  void feedbackStandsAloneOnlyWhereThatWasAgreed() {
    assertThat(reducedReceived(true)).isPositive();
    assertThat(reducedReceived(false)).isZero();
  }

  @Test
  void aReportOfAnImpossibleRoundTripDoesNotStopRepair() {
    Conference conference = new Conference(93);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    for (int i = 0; i < 50; i++) {
      viewer.sendRtcp(out -> forgedReport(out, conference), conference.nowNanos());
    }
    conference.runMillis(10);
    long roundTrip = Objects.requireNonNull(conference.room().peer(viewer.id())).roundTripNanos();
    assertThat(roundTrip).isLessThanOrEqualTo(2000 * MILLISECOND);
    assertThat(publisher.video().packetsMade()).isPositive();
  }

  /** A block that says it answers a report of hours ago. */
  private static void forgedReport(RtcpWriter out, Conference conference) {
    out.receiverReport(1);
    ReceptionStatistics statistics = new ReceptionStatistics();
    statistics.record(1, 1, 1, 90_000);
    int slot = (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, 1);
    long now = new MediaClock(0, 1_600_000_000_000L).ntpTime(conference.nowNanos());
    out.reportBlock(statistics, slot, MediaClock.compactNtp(now) - 0x7000_0000, 0);
  }

  /** A packet that only its SSRC tells from those of other m-lines. */
  private static byte[] plainOpus(int ssrc) {
    byte[] packet = new byte[12 + 80];
    packet[0] = (byte) 0x80;
    packet[1] = (byte) Agreement.OPUS.payloadType();
    BigEndian.putInt32(packet, 8, ssrc);
    return packet;
  }

  private static long reducedReceived(boolean agreed) {
    Conference conference = new Conference(92);
    PeerPlan plan = PeerPlan.publishing("publisher");
    SimulatedPeer publisher = conference.enter(plan);
    List<NegotiatedSection> sections =
        Agreement.session(plan, publisher.number()).sections().stream()
            .map(section -> withReducedSize(section, agreed))
            .toList();
    apply(conference, publisher, Agreement.session(sections));
    conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    assertThat(publisher.rtcpReceived()).isGreaterThan(10);
    return publisher.reducedReceived();
  }

  private static void apply(Conference conference, SimulatedPeer peer, NegotiatedSession session) {
    conference.command(
        new RoomCommand.ApplyNegotiation(conference.roomId(), peer.id(), 1, session, Map.of()));
    conference.command(new RoomCommand.ConfirmAnswer(conference.roomId(), peer.id(), 1));
    conference.connect(peer);
  }

  private static NegotiatedSection withReducedSize(NegotiatedSection section, boolean agreed) {
    return new NegotiatedSection(
        section.mid(),
        section.kind(),
        section.codecs(),
        section.receiveExtensions(),
        section.sendExtensions(),
        section.incoming(),
        section.slot(),
        agreed);
  }

  private static void toggle(SimulatedPeer publisher, int times, long nowNanos) {
    if (times % 2 == 0) {
      publisher.layer(1).pause();
    } else {
      publisher.layer(1).resume(nowNanos);
    }
  }

  /** By how much a receiver that goes by the reports plays audio before video. */
  private static long skewNanos(SimulatedPeer viewer) {
    return viewer.slot("a0").captureErrorNanos() - viewer.slot("v0").captureErrorNanos();
  }
}
