package dev.sluice.api.session;

import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who is in a room says, by its kind: judged, handed to the room, and answered where
 * there is an answer or an error. Owned by the session's mailbox.
 */
final class MessageFlow {
  private final Participation participation;
  private final OfferFlow offers;
  private final ViewFlow views;
  private final RequestFlow requests;

  MessageFlow(Participation participation, SessionEnvironment environment, long nowNanos) {
    this.participation = participation;
    this.offers = new OfferFlow(participation, environment, nowNanos);
    this.views = new ViewFlow(environment.hits(), nowNanos);
    this.requests = new RequestFlow(participation, environment.hits(), nowNanos);
  }

  /** What the client is told at once, or null when that is nothing. */
  @Nullable ServerMessage answer(ClientMessage message, long nowNanos) {
    return switch (message) {
      case ClientMessage.Join _, ClientMessage.Resume _ ->
          new ServerMessage.Failure(
              ErrorCode.ALREADY_JOINED, "This socket has its session.", message.id(), false);
      case ClientMessage.Offer offer -> offers.answer(offer, nowNanos);
      case ClientMessage.AnswerApplied applied -> offers.confirm(applied);
      case ClientMessage.Candidate candidate -> offers.checkCandidate(candidate);
      case ClientMessage.SetView view -> view(view, nowNanos);
      case ClientMessage.Mute mute -> requests.mute(mute);
      case ClientMessage.RaiseHand hand -> {
        requests.raiseHand(hand);
        yield null;
      }
      case ClientMessage.Whisper whisper -> requests.whisper(whisper);
      case ClientMessage.SendData data -> requests.send(data, nowNanos);
      case ClientMessage.Moderate order -> requests.moderate(order);
      case ClientMessage.Ping ping -> new ServerMessage.Pong(ping.time());
      case ClientMessage.GetDownlink _, ClientMessage.Leave _ ->
          throw new IllegalStateException("the session answers these itself");
    };
  }

  /** Asks for what {@link RequestFlow#ask} says. */
  ServerMessage.@Nullable Failure ask(
      ClientMessage.GetDownlink question, Consumer<Optional<DownlinkInfo>> answer, long nowNanos) {
    return requests.ask(question, answer, nowNanos);
  }

  private ServerMessage.@Nullable Failure view(ClientMessage.SetView view, long nowNanos) {
    ServerMessage.Failure refusal = views.check(view, participation.grants().subscribe(), nowNanos);
    if (refusal == null) {
      participation.view(view);
    }
    return refusal;
  }

  /** Keeps in mind what the room says of its own tracks. */
  void note(RoomEvent event) {
    requests.note(event);
  }

  /** It is in another room now. */
  void handleMoved(ParticipantInfo self) {
    requests.handleMoved(self);
  }
}
