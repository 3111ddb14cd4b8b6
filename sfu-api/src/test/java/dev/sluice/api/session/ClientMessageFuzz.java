package dev.sluice.api.session;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of the signalling protocol as a fuzz target. */
public final class ClientMessageFuzz {
  private static final MessageCodec CODEC = new MessageCodec(SignallingLimits.DEFAULTS);
  private static final int MAX_SENTENCE_CHARS = 300;

  private ClientMessageFuzz() {}

  public static FuzzTarget target() {
    List<String> seeds =
        List.of(
            "{\"type\":\"join\",\"id\":\"1\",\"protocol\":1,\"room\":\"standup\",\"token\":\"t\","
                + "\"identity\":\"ada\",\"name\":\"Ada\"}",
            "{\"type\":\"resume\",\"protocol\":1,\"session\":\"S\",\"resumeToken\":\"t\",\"lastSeq\":4}",
            "{\"type\":\"offer\",\"negotiation\":1,\"sdp\":\"v=0\",\"tracks\":{\"0\":{\"source\":\"camera\","
                + "\"name\":\"c\",\"muted\":true}}}",
            "{\"type\":\"answerApplied\",\"negotiation\":1}",
            "{\"type\":\"candidate\",\"candidate\":\"candidate:1\",\"mid\":\"0\"}",
            "{\"type\":\"setView\",\"pinned\":[\"t1\"],\"offset\":9,\"slots\":{\"3\":{\"track\":null,"
                + "\"maxWidth\":320,\"priority\":1}}}",
            "{\"type\":\"mute\",\"track\":\"t1\",\"muted\":false}",
            "{\"type\":\"ping\",\"time\":1.5e3}",
            "{\"type\":\"leave\"}");
    return new FuzzTarget(
        'j',
        "json-client-message",
        ClientMessageFuzz::accept,
        seeds.stream().map(it -> it.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** A message whose fields are within their bounds, or an error that can be told. */
  private static void accept(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      requireBounds(CODEC.decode(text), text.length());
    } catch (MessageException refused) {
      String sentence = refused.getMessage();
      if (sentence == null
          || !sentence.endsWith(".")
          || sentence.length() > MAX_SENTENCE_CHARS
          || CODEC.encode(refused.toError(false), 1).isEmpty()) {
        throw new AssertionError("not a sentence: " + sentence, refused);
      }
    }
  }

  private static void requireBounds(ClientMessage message, int length) {
    requireAtMost(64, message.id());
    switch (message) {
      case ClientMessage.Join join -> {
        requireAtMost(128, join.room().value());
        requireAtMost(8192, join.token());
        requireOneLine(join.room().value());
        requireOneLine(join.identity());
        requireOneLine(join.name());
      }
      case ClientMessage.Resume resume -> {
        requireAtMost(128, resume.session());
        requireAtMost(128, resume.resumeToken());
        require(resume.lastSeq() >= 0, "a negative lastSeq");
      }
      case ClientMessage.Offer offer -> {
        require(offer.negotiation() >= 1, "a negotiation below 1");
        requireAtMost(length, offer.sdp());
        require(offer.tracks().size() <= 64, "too many tracks");
        offer
            .tracks()
            .forEach(
                (mid, intent) -> {
                  requireAtMost(64, mid);
                  requireOneLine(intent.name());
                });
      }
      case ClientMessage.AnswerApplied applied ->
          require(applied.negotiation() >= 1, "a negotiation below 1");
      case ClientMessage.Candidate candidate -> {
        requireAtMost(1024, candidate.candidate());
        requireAtMost(64, candidate.mid());
      }
      case ClientMessage.Whisper whisper -> {
        requireAtMost(128, whisper.track().value());
        require(whisper.to() == null || whisper.to().size() <= 100, "too many listeners");
      }
      case ClientMessage.SendData data -> {
        requireAtMost(64, data.topic());
        requireAtMost(8192, data.data());
        require(data.to().size() <= 100, "too many addressees");
      }
      case ClientMessage.Moderate order ->
          require(
              order.participant() == null || order.participant().value().length() <= 128,
              "too long a participant");
      case ClientMessage.RaiseHand _, ClientMessage.GetDownlink _ -> {}
      case ClientMessage.Mute mute -> requireAtMost(128, mute.track().value());
      case ClientMessage.SetView set -> {
        SubscriberView view = set.view();
        require(view.pinned().size() <= 512, "too many pinned tracks");
        require(view.unsubscribed().size() <= 512, "too many unsubscribed tracks");
        require(view.slots().size() <= 256, "too many slots");
        view.pinned().forEach(track -> requireAtMost(128, track.value()));
        view.unsubscribed().forEach(track -> requireAtMost(128, track.value()));
        view.slots().keySet().forEach(mid -> requireAtMost(64, mid));
      }
      case ClientMessage.Ping ping -> require(Double.isFinite(ping.time()), "no finite time");
      case ClientMessage.Leave leave -> {}
    }
  }

  private static void requireOneLine(String name) {
    requireAtMost(128, name);
    require(name.chars().noneMatch(Character::isISOControl), "a control character in a name");
  }

  private static void requireAtMost(int chars, @Nullable String text) {
    require(text == null || text.length() <= chars, "a field of more than " + chars);
  }
}
