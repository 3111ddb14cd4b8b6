package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.api.Offers;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is traced of what a client says. */
@Tag("O1")
class ExchangeTest {
  private final Signalling signalling = new Signalling();

  private SpanData span(String type) {
    return signalling.spans.only("signalling " + type);
  }

  private static String outcome(SpanData span) {
    return String.valueOf(span.getAttributes().get(TraceAttributes.OUTCOME));
  }

  private List<String> waits(SpanData span) {
    return signalling.spans.below(span).stream().map(SpanData::getName).toList();
  }

  @Test
  void aJoinIsASpanWithTheWaitForItsRoomBelowIt() {
    signalling.sfu.fallSilent();
    Client ada = signalling.joined();
    assertThat(signalling.spans.all()).as("the room has not answered").isEmpty();
    ParticipantId self = signalling.sfu.last(RoomCommand.Join.class).participant();
    signalling
        .sfu
        .last(RoomCommand.Join.class)
        .listener()
        .onEvent(new RoomEvent.Refused(RefusalCode.ROOM_FULL, "It is full."));
    signalling.run();

    SpanData join = span("join");
    assertThat(ada.lastCode()).isEqualTo("room-full");
    assertThat(outcome(join)).isEqualTo("room-full");
    assertThat(join.getAttributes().get(TraceAttributes.ROOM)).isEqualTo("standup");
    assertThat(join.getAttributes().get(TraceAttributes.PARTICIPANT)).isEqualTo(self.value());
    assertThat(join.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(join.getParentSpanContext().isValid()).isFalse();
    assertThat(waits(join)).containsExactly("room");
    SpanData wait = signalling.spans.below(join).getFirst();
    assertThat(wait.getTraceId()).isEqualTo(join.getTraceId());
    assertThat(wait.getEndEpochNanos())
        .isCloseTo(join.getEndEpochNanos(), within(Duration.ofMillis(100).toNanos()));
  }

  @Test
  void eachMessageIsASpanWithTheWaitForThoseBeforeIt() {
    Client ada = signalling.joined();
    ada.say(Map.of("type", "offer", "negotiation", 1, "sdp", Offers.PUBLISH));
    ada.say(Map.of("type", "answerApplied", "negotiation", 1));
    ada.say(Map.of("type", "setView", "lastN", 4));
    ada.say(Map.of("type", "raiseHand", "raised", true));
    for (String type : List.of("join", "offer", "answerApplied", "setView", "raiseHand")) {
      SpanData span = span(type);
      assertThat(outcome(span)).as(type).isEqualTo("ok");
      assertThat(span.getStatus().getStatusCode()).as(type).isEqualTo(StatusCode.UNSET);
      assertThat(span.getAttributes().get(TraceAttributes.ROOM)).as(type).isEqualTo("standup");
      assertThat(span.getAttributes().get(TraceAttributes.PARTICIPANT))
          .as(type)
          .isEqualTo(ada.participant().value());
      assertThat(waits(span)).as(type).containsExactly(type.equals("join") ? "room" : "mailbox");
    }
  }

  @Test
  void anErrorIsTheOutcome() {
    Client ada = signalling.connect();
    ada.say(Map.of("type", "raiseHand", "raised", true));
    assertThat(outcome(span("raiseHand"))).isEqualTo("not-joined");
    ada.say(Map.of("type", "join", "protocol", 1, "room", "standup", "token", "x.y.z"));
    assertThat(outcome(span("join"))).isEqualTo("invalid-token");
    Client bob = signalling.joined();
    bob.say(Map.of("type", "offer", "negotiation", 1, "sdp", "v=1"));
    bob.say(Map.of("type", "mute", "track", "t9", "muted", true));
    assertThat(outcome(span("offer"))).isEqualTo("invalid-sdp");
    assertThat(outcome(span("mute"))).isEqualTo("unknown-track");
  }

  @Test
  void aQuestionToTheRoomLastsUntilItsAnswer() {
    Client ada = signalling.joined();
    signalling.sfu.measure(ada.participant(), Signalling.DOWNLINK);
    ada.say(Map.of("type", "getDownlink", "id", "d1"));
    assertThat(ada.lastType()).isEqualTo("downlink");
    assertThat(outcome(span("getDownlink"))).isEqualTo("ok");
    assertThat(waits(span("getDownlink"))).containsExactly("mailbox", "room");
  }

  @Test
  void whatIsHeldBackDuringAMoveWaitsInItsTrace() {
    Client ada = signalling.joined();
    CompletableFuture<MoveOutcome> answer = signalling.sfu.expectMove();
    signalling.service.move(
        new PeerKey(new RoomId("standup"), ada.participant()), new RoomId("breakout"));
    signalling.run();
    ada.say(Map.of("type", "raiseHand", "raised", true));
    assertThat(signalling.spans.all()).extracting(SpanData::getName).doesNotContain("mailbox");
    answer.complete(new MoveOutcome.Unknown());
    signalling.run();
    assertThat(waits(span("raiseHand"))).containsExactly("mailbox");
  }

  @Test
  void aResumeIsTraced() {
    Client ada = signalling.joined();
    Map<String, Object> resume = ada.resumeMessage(1);
    ada.drop();
    signalling.connect().say(resume);
    assertThat(outcome(span("resume"))).isEqualTo("ok");
    assertThat(span("resume").getAttributes().get(TraceAttributes.PARTICIPANT))
        .isEqualTo(ada.participant().value());
  }

  @Test
  void pingsAreInNoTraceAndSecretsInNone() {
    Client ada = signalling.connectFrom("198.51.100.7");
    String token = signalling.token("standup", Grants.ALL);
    ada.say(Map.of("type", "join", "protocol", 1, "room", "standup", "token", token));
    ada.say(Map.of("type", "ping", "time", 5));
    ada.say(Map.of("type", "sendData", "topic", "chat", "data", "between us"));
    ada.say(Map.of("type", "leave"));
    assertThat(signalling.spans.all())
        .extracting(SpanData::getName)
        .doesNotContain("signalling ping")
        .contains("signalling leave");
    assertThat(signalling.spans.all().toString())
        .doesNotContain(token)
        .doesNotContain("198.51.100.7")
        .doesNotContain("between us")
        .doesNotContain(String.valueOf(ada.resumeMessage(0).get("session")))
        .doesNotContain(String.valueOf(ada.resumeMessage(0).get("resumeToken")));
  }
}
