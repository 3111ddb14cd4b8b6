package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.auth.Ban;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.EstimateReason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomPolicy;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What clients ask of their room besides media, and what they are told of it. */
class RoomRequestsTest {
  private static final RoomId ROOM = new RoomId("standup");
  private static final ParticipantId BOB = new ParticipantId("P-7");

  private final Signalling signalling = new Signalling();

  private static Standing standing(String role, Grants grants) {
    return new Standing(grants, role, "", false, ParticipantCaps.NONE);
  }

  private static void stand(Client client, Standing standing) {
    client.hear(
        new RoomEvent.ParticipantUpdated(
            new ParticipantInfo(client.participant(), "ada", "", List.of(), standing)));
  }

  private static void publish(Client client) {
    client.hear(
        new RoomEvent.TrackPublished(
            Signalling.track("t1", client.participant(), MediaKind.AUDIO)));
  }

  @Test
  @Tag("M8")
  void onlyModeratorsModerate() {
    Client ada = signalling.joined();
    Map<String, String> mute =
        Map.of("type", "moderate", "action", "mute", "participant", "P-7", "track", "t9");
    ada.say(mute);
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
    assertThat(signalling.sfu.commands(RoomCommand.MuteTrack.class)).isEmpty();
    stand(ada, standing(Standing.MODERATOR, Grants.ALL));
    assertThat(ada.channel.last().get("participant").get("role").stringValue())
        .isEqualTo("moderator");
    ada.say(mute);
    assertThat(signalling.sfu.last(RoomCommand.MuteTrack.class))
        .isEqualTo(new RoomCommand.MuteTrack(ROOM, BOB, new TrackId("t9")));
    ada.say(Map.of("type", "moderate", "action", "ask-to-unmute", "participant", "P-7"));
    assertThat(ada.lastCode()).isEqualTo("invalid-message");
    for (String action : List.of("lower-hand", "admit", "remove")) {
      ada.say(Map.of("type", "moderate", "action", action, "participant", "P-7"));
    }
    ada.say(Map.of("type", "moderate", "action", "lock"));
    List<RoomCommand> commands = signalling.sfu.commands();
    assertThat(commands.subList(commands.size() - 4, commands.size()))
        .containsExactly(
            new RoomCommand.RaiseHand(ROOM, BOB, false),
            new RoomCommand.Admit(ROOM, BOB),
            new RoomCommand.Leave(ROOM, BOB, LeaveReason.REMOVED),
            new RoomCommand.SetLocked(ROOM, true));
  }

  @Test
  @Tag("M10")
  void whispersWithOwnTracksOnly() {
    Client ada = signalling.joined();
    Map<String, Object> whisper = Map.of("type", "whisper", "track", "t1", "to", List.of("P-7"));
    ada.say(whisper);
    assertThat(ada.lastCode()).isEqualTo("unknown-track");
    publish(ada);
    ada.say(whisper);
    ada.say(Map.of("type", "whisper", "track", "t1"));
    assertThat(signalling.sfu.commands(RoomCommand.Whisper.class))
        .containsExactly(
            new RoomCommand.Whisper(ROOM, ada.participant(), new TrackId("t1"), Set.of(BOB)),
            new RoomCommand.Whisper(ROOM, ada.participant(), new TrackId("t1"), null));
  }

  @Test
  @Tag("M8")
  void raisesAHand() {
    Client ada = signalling.joined();
    ada.say(Map.of("type", "raiseHand", "raised", true));
    assertThat(signalling.sfu.last(RoomCommand.RaiseHand.class))
        .isEqualTo(new RoomCommand.RaiseHand(ROOM, ada.participant(), true));
  }

  @Test
  @Tag("A1")
  void sendsDataAtABoundedRateAndOnlyWithTheGrant() {
    // Judged by itself, because the sockets of these tests take fewer messages than that.
    Participation participation =
        new Participation(signalling.environment, ROOM, Standing.of(Grants.ALL), 1000);
    RequestFlow requests = new RequestFlow(participation, signalling.hits, 0);
    ClientMessage.SendData message = new ClientMessage.SendData("d", Set.of(BOB), "chat", "hi");
    for (int i = 0; i < 60; i++) {
      assertThat(requests.send(message, 0)).isNull();
    }
    assertThat(Objects.requireNonNull(requests.send(message, 0)).code())
        .isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(signalling.hits.of(Limit.DATA_RATE)).isEqualTo(1);
    assertThat(requests.send(message, Duration.ofSeconds(1).toNanos())).isNull();
    assertThat(signalling.sfu.commands(RoomCommand.SendData.class))
        .hasSize(61)
        .last()
        .isEqualTo(new RoomCommand.SendData(ROOM, participation.id(), Set.of(BOB), "chat", "hi"));
    participation.setStanding(standing("", new Grants(PublishGrant.ALL, true, false, false)));
    assertThat(
            Objects.requireNonNull(requests.send(message, Duration.ofSeconds(2).toNanos())).code())
        .isEqualTo(ErrorCode.NOT_PERMITTED);
  }

  @Test
  @Tag("B8")
  @Tag("O4")
  void tellsHowItsPathIsUsedAndWhyWhenAsked() {
    Client ada = signalling.joined();
    signalling.sfu.measure(ada.participant(), Signalling.DOWNLINK);
    ada.say(Map.of("type", "getDownlink", "id", "path-1"));
    assertThat(ada.lastType()).isEqualTo("downlink");
    JsonNode told = ada.channel.last();
    assertThat(told.get("requestId").stringValue()).isEqualTo("path-1");
    assertThat(told.get("estimateBps").longValue()).isEqualTo(640_000);
    assertThat(told.get("slots").get(0).get("cause").stringValue()).isEqualTo("bandwidth");
    assertThat(told.get("changes").get(0).get("queueDelayMillis").doubleValue()).isEqualTo(120);
  }

  @Test
  @Tag("B8")
  void tellsOnlyTheNewestChangesOfAPath() {
    DownlinkInfo.Change change = Signalling.DOWNLINK.changes().getFirst();
    DownlinkInfo full =
        new DownlinkInfo(
            -1,
            EstimateReason.NO_FEEDBACK,
            false,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            List.of(),
            Stream.iterate(64L, ago -> ago - 1)
                .limit(64)
                .map(ago -> agoMillis(change, ago))
                .toList());
    DownlinkView told = RequestFlow.answer(null, full).downlink();
    assertThat(told.estimateBps()).as("not known").isNull();
    assertThat(told.changes()).hasSize(16);
    assertThat(told.changes().getLast().agoMillis()).isEqualTo(1);
  }

  @Test
  @Tag("B8")
  void asksForAPathAtABoundedRate() {
    Participation participation =
        new Participation(signalling.environment, ROOM, Standing.of(Grants.ALL), 1000);
    RequestFlow requests = new RequestFlow(participation, signalling.hits, 0);
    signalling.sfu.measure(participation.id(), Signalling.DOWNLINK);
    ClientMessage.GetDownlink question = new ClientMessage.GetDownlink("q");
    List<Optional<DownlinkInfo>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      assertThat(requests.ask(question, answers::add, 0)).isNull();
    }
    assertThat(Objects.requireNonNull(requests.ask(question, answers::add, 0)).code())
        .isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(signalling.hits.of(Limit.DOWNLINK_RATE)).isEqualTo(1);
    assertThat(answers).hasSize(5);
    assertThat(requests.ask(question, answers::add, Duration.ofSeconds(1).toNanos())).isNull();
  }

  private static DownlinkInfo.Change agoMillis(DownlinkInfo.Change change, long agoMillis) {
    return new DownlinkInfo.Change(
        1_000_000 * agoMillis,
        change.mid(),
        change.fromHeight(),
        change.toHeight(),
        change.bitrateBps(),
        change.cause(),
        change.estimateReason(),
        change.estimateBps(),
        change.lossShare(),
        change.queueDelayNanos(),
        change.allocatedBps());
  }

  @Test
  @Tag("M8")
  void whoWaitsIsToldSoAndGetsInWhenAdmitted() {
    signalling.sfu.letWait();
    Client ada = signalling.joined();
    assertThat(ada.lastType()).isEqualTo("waiting");
    signalling.pass(Duration.ofSeconds(10));
    assertThat(ada.lastType()).as("a join may wait for long").isEqualTo("waiting");
    ada.say(Map.of("type", "ping", "time", 1));
    assertThat(ada.lastType()).as("its socket stays alive").isEqualTo("pong");
    ada.say(Map.of("type", "raiseHand", "raised", true));
    assertThat(ada.lastCode()).isEqualTo("not-joined");
    ParticipantId id = signalling.sfu.last(RoomCommand.Join.class).participant();
    signalling.sfu.tell(
        id, new RoomEvent.Joined(new ParticipantInfo(id, "ada", "", List.of()), List.of()));
    signalling.run();
    assertThat(ada.lastType()).isEqualTo("joined");
  }

  @Test
  @Tag("M8")
  void whoGoesAwayNoLongerWaits() {
    signalling.sfu.letWait();
    Client ada = signalling.joined();
    ada.drop();
    assertThat(ada.leaves()).hasSize(1);
    assertThat(signalling.registry.signallingSessions()).isZero();
  }

  @Test
  @Tag("S6")
  void whoIsBannedIsRefusedAndWhoIsBannedOnTheWayInGoesAgain() {
    signalling.sfu.letWait();
    Client ada = signalling.joined();
    signalling
        .service
        .admission()
        .bans()
        .add(Ban.Kind.IDENTITY, "ada", "standup", Duration.ofHours(1));
    ParticipantId id = signalling.sfu.last(RoomCommand.Join.class).participant();
    signalling.sfu.tell(
        id, new RoomEvent.Joined(new ParticipantInfo(id, "ada", "", List.of()), List.of()));
    signalling.run();
    assertThat(ada.lastType()).isEqualTo("closed");
    assertThat(ada.leaves()).hasSize(1);
    Client again = signalling.joined();
    assertThat(again.lastCode()).isEqualTo("banned");
    assertThat(again.channel.last().get("fatal").booleanValue()).isTrue();
  }

  @Test
  @Tag("M8")
  void tellsHowTheRoomIsSetUpWhereThatIsNotTheUsualWay() {
    RoomSettings locked = signalling.sfu.settings(ROOM).withPolicy(RoomPolicy.OPEN.withLock(true));
    signalling.sfu.setUp(ROOM, locked);
    Client ada = signalling.joined();
    assertThat(ada.lastType()).isEqualTo("roomUpdated");
    assertThat(ada.channel.last().get("locked").booleanValue()).isTrue();
  }

  @Test
  @Tag("S5")
  void aRevokedGrantCountsForTheNextOffer() {
    Client ada = signalling.joined();
    stand(ada, standing("", Grants.ALL.withPublishing(PublishGrant.NONE)));
    publish(ada);
    ada.say(Map.of("type", "mute", "track", "t1", "muted", false));
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
  }

  @ParameterizedTest
  @EnumSource
  @Tag("M1")
  void everyRefusalHasACodeOfItsOwn(RefusalCode refusal) {
    signalling.sfu.refuse(refusal);
    Client ada = signalling.joined();
    assertThat(ada.lastCode()).isEqualTo(WireNames.of(refusal));
  }

  @Test
  void aTrackThatIsNotTakenIsNamedByItsMid() {
    Client ada = signalling.joined();
    ada.hear(
        new RoomEvent.PublishRefused("1", RefusalCode.TOO_MANY_PUBLISHERS, "The room is full."));
    assertThat(ada.lastType()).isEqualTo("publishRefused");
    assertThat(ada.lastCode()).isEqualTo("too-many-publishers");
    assertThat(ada.channel.last().get("mid").stringValue()).isEqualTo("1");
    assertThat(signalling.hits.of(Limit.PUBLISHERS)).isEqualTo(1);
  }
}
