package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriptionRule;
import dev.sluice.core.control.SubscriptionRule.Allowance;
import dev.sluice.core.control.UpdateResult;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import dev.sluice.core.room.RoomUnderTest.Peer;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What moderators do to participants, in the packets that arrive. */
class ModerationTest {
  private static final long ADAS_SSRC = 1000;
  private static final int PACKETS = 5;

  private final RoomUnderTest test = new RoomUnderTest(RoomLimits.DEFAULT);
  private final Room room = test.room;
  private Peer ada = test.join("ada");
  private Peer bob = test.join("bob");
  private Peer eve = test.join("eve");

  @BeforeEach
  void call() {
    ada.negotiate(
        Map.of("0", new PublishIntent(TrackSource.MICROPHONE, "", false)),
        RoomUnderTest.sending("0", ADAS_SSRC, RoomUnderTest.OPUS));
    bob.negotiate(RoomUnderTest.receiving("0", 2000, RoomUnderTest.OPUS));
    eve.negotiate(RoomUnderTest.receiving("0", 3000, RoomUnderTest.OPUS));
  }

  private TrackId voice() {
    return room.info().participants().getFirst().tracks().getFirst().id();
  }

  /** How many packets of Ada reach somebody now. */
  private int heardBy(Peer peer, long slotSsrc) {
    int before = peer.received.getOrDefault((int) slotSsrc, List.of()).size();
    ada.send(ADAS_SSRC, RoomUnderTest.OPUS, PACKETS);
    test.pass(10_000_000);
    return peer.received.getOrDefault((int) slotSsrc, List.of()).size() - before;
  }

  private void whisper(@Nullable Set<ParticipantId> listeners) {
    test.handle(new RoomCommand.Whisper(room.id(), ada.id, voice(), listeners));
  }

  @Test
  @Tag("M10")
  void aWhisperReachesThoseThatAreNamedAndNobodyElse() {
    assertThat(heardBy(bob, 2000)).isEqualTo(PACKETS);
    assertThat(heardBy(eve, 3000)).isEqualTo(PACKETS);
    whisper(Set.of(bob.id));
    assertThat(heardBy(bob, 2000)).isEqualTo(PACKETS);
    assertThat(heardBy(eve, 3000)).isZero();
    Peer late = test.join("late");
    late.negotiate(RoomUnderTest.receiving("0", 4000, RoomUnderTest.OPUS));
    assertThat(heardBy(late, 4000)).isZero();
    whisper(null);
    assertThat(heardBy(eve, 3000)).isEqualTo(PACKETS);
    assertThat(heardBy(late, 4000)).isEqualTo(PACKETS);
  }

  @Test
  @Tag("M10")
  void aListenerThatBindsASlotToAWhisperIsRefused() {
    whisper(Set.of(bob.id));
    test.handle(
        new RoomCommand.SetView(
            room.id(),
            eve.id,
            "1",
            new SubscriberView(
                SubscriberView.Mode.MANUAL,
                Map.of("0", SlotWish.showing(voice())),
                List.of(),
                Set.of(),
                0,
                0,
                0)));
    assertThat(eve.heard(RoomEvent.ViewRefused.class)).hasSize(1);
    assertThat(heardBy(eve, 3000)).isZero();
  }

  @Test
  @Tag("M8")
  void aMuteHoldsWhateverTheClientSendsUntilItSaysThatItUnmutes() {
    test.handle(new RoomCommand.MuteTrack(room.id(), ada.id, voice()));
    assertThat(ada.heard(RoomEvent.TrackMuted.class))
        .containsExactly(new RoomEvent.TrackMuted(voice(), true));
    assertThat(heardBy(bob, 2000)).as("it goes on sending").isZero();
    test.handle(new RoomCommand.AskToUnmute(room.id(), ada.id, voice()));
    assertThat(ada.heard(RoomEvent.UnmuteRequested.class)).hasSize(1);
    test.handle(new RoomCommand.SetTrackMuted(room.id(), ada.id, voice(), false));
    assertThat(heardBy(bob, 2000)).isEqualTo(PACKETS);
  }

  @Test
  @Tag("S5")
  void aLostGrantSilencesAndComesBackOnlyWithTheParticipantsOwnWord() {
    Standing before = Standing.of(Grants.ALL);
    Standing cameraOnly =
        before.withGrants(
            Grants.ALL.withPublishing(
                new PublishGrant(Set.of(MediaKind.VIDEO), Set.of(TrackSource.SCREEN_AUDIO))));
    assertThat(room.updateStanding(ada.id, before, cameraOnly, test.nowNanos))
        .isEqualTo(UpdateResult.DONE);
    assertThat(heardBy(bob, 2000)).isZero();
    test.handle(new RoomCommand.SetTrackMuted(room.id(), ada.id, voice(), false));
    assertThat(heardBy(bob, 2000)).as("not without the grant").isZero();
    assertThat(room.updateStanding(ada.id, before, before, test.nowNanos))
        .isEqualTo(UpdateResult.CHANGED_MEANWHILE);
    room.updateStanding(ada.id, cameraOnly, before, test.nowNanos);
    assertThat(heardBy(bob, 2000)).as("not by itself").isZero();
    test.handle(new RoomCommand.SetTrackMuted(room.id(), ada.id, voice(), false));
    assertThat(heardBy(bob, 2000)).isEqualTo(PACKETS);
    assertThat(room.updateStanding(new ParticipantId("no"), before, before, test.nowNanos))
        .isEqualTo(UpdateResult.UNKNOWN);
  }

  @Test
  @Tag("S5")
  void whoMayNoLongerSubscribeGetsNothing() {
    Standing before = Standing.of(Grants.ALL);
    room.updateStanding(
        bob.id, before, before.withGrants(new Grants(true, false, false)), test.nowNanos);
    assertThat(heardBy(bob, 2000)).isZero();
    assertThat(heardBy(eve, 3000)).isEqualTo(PACKETS);
  }

  @Test
  @Tag("A1")
  void theServerSubscribesAndUnsubscribesWhateverTheViewSays() {
    subscribe(Allowance.UNSUBSCRIBED);
    assertThat(heardBy(bob, 2000)).isZero();
    assertThat(heardBy(eve, 3000)).isEqualTo(PACKETS);
    test.handle(
        new RoomCommand.SetView(
            room.id(), bob.id, "1", SubscriberView.AUTOMATIC.with(List.of(), Set.of(voice()))));
    subscribe(Allowance.SUBSCRIBED);
    assertThat(heardBy(bob, 2000)).isEqualTo(PACKETS);
    subscribe(Allowance.BY_VIEW);
    assertThat(heardBy(bob, 2000)).isZero();
  }

  private void subscribe(Allowance allowance) {
    test.handle(
        new RoomCommand.SetSubscription(
            room.id(), bob.id, voice(), new SubscriptionRule(allowance, SlotLimits.NONE)));
  }

  @Test
  @Tag("M8")
  void aRaisedHandIsSeenByEveryone() {
    test.handle(new RoomCommand.RaiseHand(room.id(), ada.id, true));
    for (Peer peer : List.of(ada, bob, eve)) {
      assertThat(peer.heard(RoomEvent.ParticipantUpdated.class))
          .extracting(updated -> updated.participant().standing().handRaised())
          .containsExactly(true);
    }
    test.handle(new RoomCommand.RaiseHand(room.id(), ada.id, true));
    assertThat(bob.heard(RoomEvent.ParticipantUpdated.class)).hasSize(1);
  }

  @Test
  @Tag("A1")
  void messagesReachThoseTheyAreForFromThoseWhoMaySendThem() {
    send(ada.id, Set.of());
    send(ada.id, Set.of(eve.id));
    send(null, Set.of());
    Standing before = Standing.of(Grants.ALL);
    Grants noData = new Grants(PublishGrant.ALL, true, false, false);
    room.updateStanding(ada.id, before, before.withGrants(noData), test.nowNanos);
    send(ada.id, Set.of());
    assertThat(ada.heard(RoomEvent.DataReceived.class)).hasSize(1);
    assertThat(bob.heard(RoomEvent.DataReceived.class)).hasSize(2);
    assertThat(eve.heard(RoomEvent.DataReceived.class)).hasSize(3);
  }

  private void send(@Nullable ParticipantId from, Set<ParticipantId> to) {
    test.handle(new RoomCommand.SendData(room.id(), from, to, "chat", "hello"));
  }

  @Test
  void whatConcernsSomebodyWhoIsGoneDoesNothing() {
    TrackId voice = voice();
    test.handle(new RoomCommand.Leave(room.id(), ada.id, LeaveReason.LEFT));
    int told = bob.heard(RoomEvent.class).size();
    test.handle(new RoomCommand.MuteTrack(room.id(), ada.id, voice));
    test.handle(new RoomCommand.Whisper(room.id(), ada.id, voice, Set.of()));
    test.handle(new RoomCommand.Admit(room.id(), ada.id));
    send(ada.id, Set.of());
    assertThat(bob.heard(RoomEvent.class)).hasSize(told);
  }

  @Test
  @Tag("S7")
  void aCapHoldsWhateverSizeTheClientAsksFor() {
    Conference conference = new Conference(90);
    conference.join(PeerPlan.publishing("camera").videoOnly().withLayers("q", "h", "f"));
    SimulatedPeer viewer = conference.join(PeerPlan.watching("viewer", 1));
    conference.runMillis(2000);
    ask(conference, viewer, new SlotLimits(1920, 1080, 0));
    assertThat(widthAfterASecond(conference, viewer)).isEqualTo(1280);
    Standing before = Standing.of(Grants.ALL);
    ParticipantCaps caps = new ParticipantCaps(0, 0, new SlotLimits(0, 180, 0));
    Standing capped = new Standing(Grants.ALL, "", "", false, caps);
    assertThat(conference.room().updateStanding(viewer.id(), before, capped, conference.nowNanos()))
        .isEqualTo(UpdateResult.DONE);
    assertThat(widthAfterASecond(conference, viewer)).isEqualTo(320);
    ask(conference, viewer, new SlotLimits(3840, 2160, 0));
    assertThat(widthAfterASecond(conference, viewer)).isEqualTo(320);
    ask(conference, viewer, SlotLimits.NONE);
    assertThat(widthAfterASecond(conference, viewer)).isEqualTo(320);
  }

  private static void ask(Conference conference, SimulatedPeer viewer, SlotLimits limits) {
    conference.setView(
        viewer,
        new SubscriberView(
            SubscriberView.Mode.AUTOMATIC,
            Map.of("v0", SlotWish.limited(limits)),
            List.of(),
            Set.of(),
            SubscriberView.ALL,
            0,
            SubscriberView.ALL));
  }

  private static int widthAfterASecond(Conference conference, SimulatedPeer viewer) {
    conference.runMillis(1000);
    int shown = 0;
    for (ReceivedStream.Packet packet : viewer.slot("v0").packets()) {
      shown = packet.width() > 0 ? packet.width() : shown;
    }
    return shown;
  }
}
