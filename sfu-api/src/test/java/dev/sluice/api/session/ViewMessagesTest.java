package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEvent.ViewFault;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client wants to see, from its socket to the room, and the room's refusal back. */
@Tag("M2")
class ViewMessagesTest {
  private final Signalling signalling = new Signalling();

  @Test
  void aViewGoesToTheRoomAndIsNotAnswered() {
    Signalling.Client ada = signalling.joined();
    ada.say(Map.of("type", "setView", "id", "v1", "pinned", List.of("t1"), "lastN", 4));
    RoomCommand.SetView set = signalling.sfu.last(RoomCommand.SetView.class);
    assertThat(set.request()).isEqualTo("v1");
    assertThat(set.participant()).isEqualTo(ada.participant());
    assertThat(set.view().lastN()).isEqualTo(4);
    assertThat(set.view().speakers()).isEqualTo(SubscriberView.ALL);
    assertThat(ada.lastType()).isEqualTo("joined");
  }

  @Test
  void anEmptyViewIsTheDefault() {
    Signalling.Client ada = signalling.joined();
    ada.say(Map.of("type", "setView"));
    assertThat(signalling.sfu.last(RoomCommand.SetView.class).view())
        .isEqualTo(SubscriberView.AUTOMATIC);
  }

  @Test
  @Tag("M4")
  void aPageHasNoSlotsForSpeakersUnlessItSaysSo() {
    Signalling.Client ada = signalling.joined();
    ada.say(Map.of("type", "setView", "offset", 0));
    assertThat(signalling.sfu.last(RoomCommand.SetView.class).view().speakers()).isZero();
    ada.say(Map.of("type", "setView", "offset", 9, "speakers", 2));
    assertThat(signalling.sfu.last(RoomCommand.SetView.class).view().speakers()).isEqualTo(2);
  }

  @Test
  void aRefusalNamesTheRequestAndTheSlot() {
    Signalling.Client ada = signalling.joined();
    Map<ViewFault, String> codes =
        Map.of(
            ViewFault.UNKNOWN_SLOT, "unknown-slot",
            ViewFault.UNKNOWN_TRACK, "unknown-track",
            ViewFault.WRONG_KIND, "wrong-kind");
    assertThat(codes).containsOnlyKeys(ViewFault.values());
    codes.forEach(
        (fault, code) -> {
          ada.hear(new RoomEvent.ViewRefused("v7", fault, "3"));
          assertThat(ada.lastCode()).isEqualTo(code);
          assertThat(ada.channel.last().get("requestId").stringValue()).isEqualTo("v7");
          assertThat(ada.channel.last().get("message").stringValue()).contains("\"3\"");
          assertThat(ada.channel.last().get("fatal").booleanValue()).isFalse();
        });
    ada.hear(new RoomEvent.ViewRefused("", ViewFault.WRONG_KIND, "3"));
    assertThat(ada.channel.last().has("requestId")).isFalse();
  }

  @Test
  @Tag("S5")
  void whoMayNotSubscribeHasNoView() {
    Signalling.Client ada = signalling.connect();
    String token = signalling.token("standup", new Grants(true, false, false));
    ada.say(Map.of("type", "join", "protocol", 1, "room", "standup", "token", token));
    ada.say(Map.of("type", "setView"));
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
    assertThat(signalling.sfu.commands(RoomCommand.SetView.class)).isEmpty();
  }

  @Test
  @Tag("S3")
  void viewsComeAtABoundedRate() {
    // Judged by itself, because the sockets of these tests take fewer messages than that.
    ViewFlow views = new ViewFlow(signalling.hits, 0);
    ClientMessage.SetView view = new ClientMessage.SetView("v", SubscriberView.AUTOMATIC);
    for (int i = 0; i < 40; i++) {
      assertThat(views.check(view, true, 0)).isNull();
    }
    ServerMessage.Failure refused = Objects.requireNonNull(views.check(view, true, 0));
    assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(signalling.hits.of(Limit.VIEW_RATE)).isEqualTo(1);
    assertThat(views.check(view, true, Duration.ofSeconds(1).toNanos())).isNull();
  }

  @Test
  @Tag("M3")
  void aClientIsAskedForNoMoreSlotsThanItHas() {
    ParticipantId bob = new ParticipantId("P-bob");
    signalling.sfu.populate(
        List.of(
            new ParticipantInfo(
                bob,
                "bob",
                "",
                List.of(
                    Signalling.track("t1", bob, MediaKind.AUDIO),
                    Signalling.track("t2", bob, MediaKind.VIDEO),
                    Signalling.track("t3", bob, MediaKind.VIDEO)))));
    Signalling.Client ada = signalling.connect();
    ada.say(Map.of("type", "join", "protocol", 1, "room", "standup", "slots", Map.of("video", 1)));
    assertThat(ada.channel.last().at("/slotsWanted/audio").intValue()).isEqualTo(1);
    assertThat(ada.channel.last().at("/slotsWanted/video").intValue()).isEqualTo(1);
    assertThat(signalling.sfu.last(RoomCommand.Join.class).mostSlots())
        .isEqualTo(new SlotCounts(Integer.MAX_VALUE, 1));
  }
}
