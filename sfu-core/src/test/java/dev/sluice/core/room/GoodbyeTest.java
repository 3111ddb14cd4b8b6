package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.SimulatedPeer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Goodbyes, received and sent. */
@Tag("R7")
class GoodbyeTest {
  @Test
  void aLayerThatSaysGoodbyeIsLeftAtOnce() {
    Conference conference = new Conference(80);
    SimulatedPeer publisher =
        conference.join(PeerPlan.publishing("publisher").withLayers("q", "h"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(4000);
    assertThat(viewer.slot("v0").lastWidth()).isEqualTo(640);
    publisher.layer(1).pause();
    publisher.sendRtcp(out -> sayGoodbye(out, publisher.layer(1).ssrc()), conference.nowNanos());
    // Silence alone is noticed after 1.5 s.
    conference.runMillis(800);
    assertThat(viewer.slot("v0").lastWidth()).isEqualTo(320);
    publisher.layer(1).resume(conference.nowNanos());
    conference.runMillis(3000);
    assertThat(viewer.slot("v0").lastWidth()).isEqualTo(640);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  @Test
  void aStreamThatSaysGoodbyeIsAskedForNothingMore() {
    Conference conference = new Conference(81);
    SimulatedPeer publisher = conference.join(PeerPlan.publishing("publisher").videoOnly());
    conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    publisher.video().pause();
    publisher.sendRtcp(out -> sayGoodbye(out, publisher.video().ssrc()), conference.nowNanos());
    conference.runMillis(100);
    publisher.reported().clear();
    long asked = publisher.video().keyframesAsked();
    conference.runMillis(5000);
    assertThat(publisher.video().keyframesAsked()).isEqualTo(asked);
    assertThat(publisher.reported()).isEmpty();
    assertThat(publisher.events(RoomEvent.Removed.class)).isEmpty();
  }

  @Test
  void whoIsTakenOutIsToldThatItsStreamsEnd() {
    Conference conference = new Conference(82);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 2));
    conference.runMillis(2000);
    conference.command(
        new RoomCommand.Leave(conference.roomId(), viewer.id(), LeaveReason.REMOVED));
    conference.runMillis(100);
    assertThat(viewer.goodbyes())
        .contains(
            (int) Agreement.slotSsrc(MediaKind.AUDIO, 0, viewer.number()),
            (int) Agreement.slotSsrc(MediaKind.VIDEO, 0, viewer.number()))
        // The slots that sent nothing have no stream to end; the server's own SSRC has.
        .hasSize(3);
  }

  @Test
  void aSlotThatEndsSaysGoodbyeAndMayGoOn() {
    Conference conference = new Conference(83);
    conference.join(PeerPlan.publishing("publisher"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    conference.negotiate(viewer, PeerPlan.watching("viewer", 1).withSlots(1, 0));
    conference.confirm(viewer);
    conference.runMillis(500);
    assertThat(viewer.goodbyes())
        .containsExactly((int) Agreement.slotSsrc(MediaKind.VIDEO, 0, viewer.number()));
    int before = viewer.slot("v0").packets().size();
    conference.negotiate(viewer, PeerPlan.watching("viewer", 1));
    conference.confirm(viewer);
    conference.runMillis(2000);
    assertThat(viewer.slot("v0").packets()).hasSizeGreaterThan(before + 50);
    assertThat(viewer.slot("v0").discontinuities()).isEmpty();
  }

  private static void sayGoodbye(RtcpWriter out, int ssrc) {
    out.receiverReport(1);
    out.bye(ssrc);
  }
}
