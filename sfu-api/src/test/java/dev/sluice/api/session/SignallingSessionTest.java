package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Offers;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SignallingSessionTest {
  private static final ParticipantId BOB = new ParticipantId("P-bob");

  private final Signalling signalling = new Signalling();

  private static Map<String, Object> offer(long negotiation, String sdp) {
    return Map.of("type", "offer", "id", "o" + negotiation, "negotiation", negotiation, "sdp", sdp);
  }

  @Test
  void joinsAndTellsWhoIsThereAndHowManySlotsWouldShowThem() {
    signalling.sfu.populate(
        List.of(
            new ParticipantInfo(
                BOB,
                "bob",
                "Bob",
                List.of(
                    Signalling.track("t1", BOB, MediaKind.AUDIO),
                    Signalling.track("t2", BOB, MediaKind.VIDEO),
                    Signalling.track("t3", BOB, MediaKind.VIDEO)))));
    Client ada = signalling.joined();
    JsonNode joined = ada.channel.last();
    assertThat(ada.channel.types()).containsExactly("joined");
    assertThat(joined.at("/seq").intValue()).isEqualTo(1);
    assertThat(joined.at("/participant/identity").stringValue()).isEqualTo("ada");
    assertThat(joined.at("/participants/0/tracks").size()).isEqualTo(3);
    assertThat(joined.at("/slotsWanted/audio").intValue()).isEqualTo(1);
    assertThat(joined.at("/slotsWanted/video").intValue()).isEqualTo(2);
    assertThat(joined.at("/iceServers/0/urls/0").stringValue()).startsWith("stun:");
    assertThat(joined.at("/resumeSeconds").intValue()).isEqualTo(20);
  }

  @Test
  @Tag("S5")
  void wantsNoSlotsForOneWhoMayNotSubscribe() {
    signalling.sfu.populate(
        List.of(
            new ParticipantInfo(
                BOB, "bob", "", List.of(Signalling.track("t1", BOB, MediaKind.AUDIO)))));
    Client ada = joinWith(new Grants(true, false, false));
    assertThat(ada.channel.last().at("/slotsWanted/audio").intValue()).isZero();
    assertThat(signalling.sfu.last(RoomCommand.Join.class).grants())
        .isEqualTo(new Grants(true, false, false));
  }

  @Test
  void answersAnOfferAndConfirmsOnlyWhenTheClientHasAppliedIt() {
    Client ada = signalling.joined();
    ada.say(
        Map.of(
            "type",
            "offer",
            "negotiation",
            1,
            "sdp",
            Offers.PUBLISH,
            "tracks",
            Map.of("0", Map.of("source", "microphone", "name", "Mic", "muted", true))));
    assertThat(ada.lastType()).isEqualTo("answer");
    assertThat(ada.channel.last().get("sdp").stringValue())
        .startsWith("v=0")
        .contains("a=ice-lite");
    RoomCommand.ApplyNegotiation applied = signalling.sfu.last(RoomCommand.ApplyNegotiation.class);
    assertThat(applied.negotiation()).isEqualTo(1);
    assertThat(applied.intents())
        .isEqualTo(Map.of("0", new PublishIntent(TrackSource.MICROPHONE, "Mic", true, false)));
    assertThat(signalling.sfu.commands(RoomCommand.ConfirmAnswer.class)).isEmpty();

    ada.say(Map.of("type", "answerApplied", "negotiation", 1));
    assertThat(signalling.sfu.last(RoomCommand.ConfirmAnswer.class).negotiation()).isEqualTo(1);
    assertThat(ada.lastType()).as("a confirmation is not answered").isEqualTo("answer");
  }

  @Test
  void keepsTheAgreementWhenALaterOfferFails() {
    Client ada = signalling.joined();
    ada.say(offer(1, Offers.PUBLISH));
    ada.say(offer(2, "v=0\r\nnonsense\r\n"));
    assertThat(ada.lastCode()).isEqualTo("invalid-sdp");
    assertThat(ada.channel.last().get("requestId").stringValue()).isEqualTo("o2");
    assertThat(ada.channel.last().get("fatal").booleanValue()).isFalse();
    assertThat(signalling.sfu.commands(RoomCommand.ApplyNegotiation.class)).hasSize(1);

    ada.say(Map.of("type", "answerApplied", "negotiation", 1));
    assertThat(signalling.sfu.commands(RoomCommand.ConfirmAnswer.class)).hasSize(1);
    ada.say(offer(2, Offers.PUBLISH));
    assertThat(ada.lastType()).as("the number of a failed offer is free").isEqualTo("answer");
  }

  @Test
  void keepsTheSlotsOfAnEarlierAnswerWhenItIsOfferedAgain() {
    Client ada = signalling.joined();
    ada.say(offer(1, Offers.PLAY));
    ada.say(offer(2, Offers.PLAY));
    List<RoomCommand.ApplyNegotiation> applied =
        signalling.sfu.commands(RoomCommand.ApplyNegotiation.class);
    assertThat(applied).hasSize(2);
    assertThat(applied.get(1).session().sections().getFirst().slot())
        .isNotNull()
        .isEqualTo(applied.get(0).session().sections().getFirst().slot());
  }

  @Test
  void wantsNegotiationNumbersThatGrow() {
    Client ada = signalling.joined();
    ada.say(offer(2, Offers.PUBLISH));
    ada.say(offer(2, Offers.PUBLISH));
    assertThat(ada.lastCode()).isEqualTo("invalid-message");
    assertThat(ada.channel.last().get("message").stringValue()).contains("\"negotiation\"");
    ada.say(Map.of("type", "answerApplied", "negotiation", 1));
    assertThat(ada.lastCode()).isEqualTo("unknown-negotiation");
  }

  @Test
  @Tag("S5")
  void refusesToPublishWithoutTheGrant() {
    Client ada = joinWith(new Grants(false, true, false));
    ada.say(
        Map.of(
            "type",
            "offer",
            "negotiation",
            1,
            "sdp",
            Offers.PUBLISH,
            "tracks",
            Map.of("0", Map.of("source", "camera"))));
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
    ada.say(Map.of("type", "mute", "track", "t1", "muted", true));
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
    ada.say(offer(1, Offers.PUBLISH));
    assertThat(ada.lastType()).isEqualTo("answer");
    assertThat(signalling.sfu.last(RoomCommand.ApplyNegotiation.class).session().sections())
        .as("what is sent all the same is not taken")
        .allSatisfy(section -> assertThat(section.incoming()).isNull());
  }

  @Test
  void mutesOnlyTracksOfOnesOwn() {
    Client ada = signalling.joined();
    ada.hear(
        new RoomEvent.TrackPublished(Signalling.track("t1", ada.participant(), MediaKind.AUDIO)));
    ada.hear(new RoomEvent.TrackPublished(Signalling.track("t2", BOB, MediaKind.AUDIO)));
    ada.say(Map.of("type", "mute", "track", "t2", "muted", true));
    assertThat(ada.lastCode()).isEqualTo("unknown-track");
    ada.say(Map.of("type", "mute", "track", "t1", "muted", true));
    assertThat(signalling.sfu.last(RoomCommand.SetTrackMuted.class).track())
        .isEqualTo(new TrackId("t1"));
    ada.hear(new RoomEvent.TrackUnpublished(new TrackId("t1")));
    ada.say(Map.of("type", "mute", "track", "t1", "muted", false));
    assertThat(ada.lastCode()).isEqualTo("unknown-track");
  }

  @Test
  void tellsEventsInTheOrderOfTheRoomWithNumbersThatGrowByOne() {
    Client ada = signalling.joined();
    ada.hear(new RoomEvent.ParticipantJoined(new ParticipantInfo(BOB, "bob", "", List.of())));
    ada.hear(new RoomEvent.TrackPublished(Signalling.track("t1", BOB, MediaKind.VIDEO)));
    ada.hear(new RoomEvent.SlotAssigned("1", null));
    ada.hear(new RoomEvent.MediaStateChanged(true));
    ada.hear(new RoomEvent.SpeakersChanged(List.of(new RoomEvent.Speaker(BOB, -20))));
    ada.hear(new RoomEvent.SlotsWanted(2, 2));
    ada.hear(new RoomEvent.ParticipantLeft(BOB, LeaveReason.MEDIA_LOST));
    assertThat(ada.channel.types())
        .containsExactly(
            "joined",
            "participantJoined",
            "trackPublished",
            "slotAssigned",
            "media",
            "speakers",
            "slotsWanted",
            "participantLeft");
    assertThat(ada.channel.seqs()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void leavesWithoutALastMessage() {
    Client ada = signalling.joined();
    ada.say(Map.of("type", "leave"));
    assertThat(ada.channel.types()).containsExactly("joined");
    assertThat(ada.channel.closeCode()).isEqualTo(1000);
    assertThat(ada.leaves())
        .extracting(RoomCommand.Leave::reason)
        .containsExactly(LeaveReason.LEFT);
    ada.drop();
    assertThat(ada.leaves()).as("once is enough").hasSize(1);
    assertThat(signalling.registry.signallingSessions()).isZero();
    assertThat(signalling.service.connections()).isZero();
  }

  @Test
  void isClosedWhenTheRoomRemovesTheParticipant() {
    Client ada = signalling.joined();
    ada.hear(new RoomEvent.Removed(LeaveReason.REMOVED));
    assertThat(ada.lastType()).isEqualTo("closed");
    assertThat(ada.lastCode()).isEqualTo("removed");
    assertThat(ada.channel.closeCode()).isEqualTo(1000);
    assertThat(ada.leaves()).as("the room knows already").isEmpty();
  }

  @Test
  void endsAJoinThatTheRoomRefuses() {
    signalling.sfu.refuse(RefusalCode.ROOM_FULL);
    Client ada = signalling.joined();
    assertThat(ada.lastCode()).isEqualTo("room-full");
    assertThat(ada.channel.last().get("fatal").booleanValue()).isTrue();
    assertThat(ada.channel.seqs()).as("there is no session to count in").isEmpty();
    assertThat(ada.channel.closeCode()).isEqualTo(1008);
    assertThat(signalling.registry.signallingSessions()).isZero();
  }

  @Test
  void endsAJoinThatTheRoomDoesNotAnswer() {
    signalling.sfu.fallSilent();
    Client ada = signalling.joined();
    signalling.pass(Duration.ofSeconds(4));
    assertThat(ada.channel.closeCode()).isZero();
    signalling.pass(Duration.ofSeconds(2));
    assertThat(ada.lastCode()).isEqualTo("internal-error");
    assertThat(ada.leaves()).hasSize(1);
  }

  @Test
  void takesNoMoreSessionsThanItMay() {
    signalling.joined();
    signalling.joined();
    signalling.joined();
    Client fourth = signalling.joined();
    assertThat(fourth.lastCode()).isEqualTo("too-many-rooms");
    assertThat(fourth.channel.closeCode()).isEqualTo(1008);
  }

  @Test
  void boundsOffersAndCandidates() {
    Client ada = signalling.joined();
    for (int n = 1; n <= 5; n++) {
      ada.say(offer(n, Offers.PUBLISH));
    }
    ada.say(offer(6, Offers.PUBLISH));
    assertThat(ada.lastCode()).isEqualTo("rate-limited");
    Map<String, Object> candidate = Map.of("type", "candidate", "candidate", "", "mid", "0");
    signalling.pass(Duration.ofSeconds(2));
    for (int n = 0; n < 4; n++) {
      ada.say(candidate);
    }
    int before = ada.channel.received().size();
    ada.say(candidate);
    assertThat(ada.channel.received()).hasSize(before + 1);
    assertThat(ada.lastCode()).isEqualTo("rate-limited");
    ada.say(Map.of("type", "candidate", "candidate", "javascript:alert(1)"));
    assertThat(ada.lastCode()).isEqualTo("invalid-message");
  }

  @Test
  @Tag("S3")
  void refusesMoreTracksAndSlotsThanItMayAndCountsIt() {
    Client ada = signalling.joined();
    ada.say(offer(1, repeated(Offers.PUBLISH, 2)));
    assertThat(ada.lastCode()).isEqualTo("invalid-sdp");
    assertThat(ada.channel.last().get("message").stringValue())
        .isEqualTo("The offer has 4 m-lines that send; at most 3 are allowed.");
    ada.say(offer(2, repeated(Offers.PLAY, 3)));
    assertThat(ada.channel.last().get("message").stringValue())
        .isEqualTo("The offer has 6 m-lines that receive; at most 4 are allowed.");
    ada.say(offer(3, repeated(Offers.PLAY, 9)));
    assertThat(ada.channel.last().get("message").stringValue())
        .isEqualTo("The offer has 18 m-lines; at most 16 are allowed.");
    assertThat(signalling.sfu.commands(RoomCommand.ApplyNegotiation.class)).isEmpty();
    assertThat(signalling.hits.of(Limit.TRACKS)).isEqualTo(1);
    assertThat(signalling.hits.of(Limit.SLOTS)).isEqualTo(1);
    assertThat(signalling.hits.of(Limit.OFFER_SIZE)).isEqualTo(1);
  }

  @Test
  @Tag("S3")
  void countsWhatItsOtherLimitsRefuse() {
    Client ada = signalling.joined();
    for (int n = 1; n <= 6; n++) {
      ada.say(offer(n, Offers.PUBLISH));
    }
    assertThat(signalling.hits.of(Limit.OFFER_RATE)).isEqualTo(1);
    signalling.joined();
    signalling.joined();
    signalling.joined();
    assertThat(signalling.hits.of(Limit.SESSIONS)).isEqualTo(1);
    ada.sayRaw("x".repeat(Signalling.LIMITS.traffic().maxMessageBytes() + 1));
    assertThat(signalling.hits.of(Limit.MESSAGE_SIZE)).isEqualTo(1);
  }

  /** The m-lines of a recorded offer several times, each time under other mids. */
  private static String repeated(String offer, int times) {
    int media = offer.indexOf("m=");
    StringBuilder text = new StringBuilder();
    StringBuilder bundle = new StringBuilder("a=group:BUNDLE");
    for (int n = 0; n < times; n++) {
      String part = offer.substring(media).replaceAll("a=(ssrc|candidate)[^\r]*\r\n", "");
      for (int mid = 0; mid < 2; mid++) {
        part = part.replace("a=mid:" + mid + "\r", "a=mid:m" + n + mid + "\r");
        bundle.append(" m").append(n).append(mid);
      }
      text.append(part);
    }
    return offer.substring(0, media).replaceAll("a=group:BUNDLE[^\r]*", bundle.toString()) + text;
  }

  @Test
  void endsAClientThatDoesNotReadInsteadOfWaitingForIt() {
    Client ada = signalling.joined();
    ParticipantId self = ada.participant();
    // The tasks do not run: as if the first write were stuck.
    for (int n = 0; n <= Signalling.LIMITS.capacity().bufferedMessages(); n++) {
      signalling.sfu.tell(self, new RoomEvent.SlotsWanted(n, n));
    }
    assertThat(ada.leaves()).isEmpty();
    signalling.pass(Duration.ofSeconds(1));
    assertThat(ada.channel.closeCode()).isEqualTo(1013);
    assertThat(ada.leaves())
        .extracting(RoomCommand.Leave::reason)
        .containsExactly(LeaveReason.SIGNALLING_LOST);
    assertThat(signalling.registry.signallingSessions()).isZero();
  }

  @Test
  void tellsEveryoneWhenTheServerGoesDownAndLetsNobodyIn() {
    Client ada = signalling.joined();
    Client undecided = signalling.connect();
    signalling.service.shutdown();
    signalling.run();
    assertThat(ada.lastCode()).isEqualTo("server-shutdown");
    assertThat(ada.channel.closeCode()).isEqualTo(1001);
    assertThat(undecided.lastCode()).isEqualTo("server-shutdown");
    assertThat(undecided.channel.closeCode()).isEqualTo(1001);
    assertThat(signalling.joined().lastCode()).isEqualTo("shutting-down");
    assertThat(signalling.service.isIdle()).isFalse();
    ada.drop();
    undecided.drop();
    assertThat(ada.leaves())
        .extracting(RoomCommand.Leave::reason)
        .containsExactly(LeaveReason.SERVER_SHUTDOWN);
  }

  private Client joinWith(Grants grants) {
    Client ada = signalling.connect();
    ada.say(
        Map.of(
            "type",
            "join",
            "protocol",
            1,
            "room",
            "standup",
            "token",
            signalling.token("standup", grants)));
    assertThat(ada.lastType()).isEqualTo("joined");
    return ada;
  }
}
