package dev.sluice.api.session;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.sdp.AnswerNegotiator.Negotiation;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.sdp.SdpException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): one offer, one answer, and an
 * end. Safe for every thread; {@link #open} blocks until the room has answered.
 */
public final class HttpSessions {
  private static final long ONLY_NEGOTIATION = 1;

  private final SessionEnvironment environment;
  private final SessionRegistry registry;
  private final Tracer tracer;

  /** No sessions yet; how long one waits for its room is a span. */
  public HttpSessions(SessionEnvironment environment, SessionRegistry registry, Tracer tracer) {
    this.environment = environment;
    this.registry = registry;
    this.tracer = tracer;
  }

  /**
   * A wish for a session.
   *
   * @param role publishes or plays
   * @param room where
   * @param token who, and what may be published
   * @param offerSdp what the client offers
   * @param track a track id that playing is limited to, or empty
   * @param publisher a participant's id or identity that playing is limited to, or empty
   */
  public record Request(
      HttpRole role,
      RoomId room,
      AccessToken token,
      String offerSdp,
      String track,
      String publisher) {}

  /**
   * A session that is open.
   *
   * @param id secret name
   * @param answerSdp for the client
   */
  public record Opened(String id, String answerSdp) {}

  /** ICE servers that clients are told of. */
  public List<IceServer> iceServers() {
    return environment.iceServers();
  }

  /** Largest offer, in bytes. */
  public int maxOfferBytes() {
    return environment.limits().negotiation().maxHttpOfferBytes();
  }

  /**
   * Opens a session. The offer is judged first, so that a bad one is never seen in the room.
   *
   * @param client where the request came from, or null when nobody knows
   * @throws SdpException when the offer cannot be answered, or has nothing for this role
   * @throws JoinRefusedException when the room refuses or does not answer in time, or the token
   *     does not grant what the offer publishes
   */
  public Opened open(Request request, @Nullable InetAddress client)
      throws SdpException, JoinRefusedException {
    Participation participation =
        new Participation(
            environment,
            request.room(),
            Standing.of(
                request
                    .role()
                    .grants()
                    .withPublishing(
                        request.role() == HttpRole.PUBLISH
                            ? request.token().publishing()
                            : PublishGrant.NONE)),
            maxOfferBytes());
    participation.setClient(client);
    Span.current().setAttribute(TraceAttributes.PARTICIPANT, participation.id().value());
    HttpSession session = new HttpSession(request.role(), participation, registry, environment);
    registry.add(session);
    boolean opened = false;
    try {
      Negotiation prepared = participation.prepare(request.offerSdp());
      requireUse(request.role(), prepared);
      Map<String, PublishIntent> intents = participation.defaultIntents(prepared);
      String refusal = participation.refusal(prepared, intents);
      if (refusal != null) {
        throw new JoinRefusedException(ErrorCode.NOT_PERMITTED, refusal);
      }
      if (request.role() == HttpRole.PUBLISH
          && environment.control().settings(request.room()).policy().encryptionRequired()) {
        throw new JoinRefusedException(
            ErrorCode.ENCRYPTION_REQUIRED,
            "The room takes only tracks that are encrypted end to end, which WHIP cannot say.");
      }
      join(session, request);
      if (request.role() == HttpRole.PLAY) {
        // Nobody tells its client what a slot shows, so each keeps what it has.
        participation.view(new ClientMessage.SetView(null, SubscriberView.CLASSIC));
      }
      if (!request.track().isEmpty() || !request.publisher().isEmpty()) {
        participation.narrow(request.track(), request.publisher());
      }
      participation.apply(ONLY_NEGOTIATION, prepared, intents);
      // Nobody tells us over HTTP that the answer is applied, and nobody has to: no media leaves
      // before DTLS is done, and the client cannot finish that without the answer.
      participation.confirm(ONLY_NEGOTIATION);
      opened = true;
      session.establish();
      return new Opened(session.id(), prepared.answerSdp());
    } finally {
      if (!opened) {
        session.end(LeaveReason.LEFT);
      }
    }
  }

  /**
   * Ends a session.
   *
   * @return whether there was one of this name, role and room
   */
  public boolean close(HttpRole role, RoomId room, String id) {
    HttpSession session = registry.http(id);
    return session != null
        && session.role() == role
        && session.participation().room().equals(room)
        && session.end(LeaveReason.LEFT);
  }

  private void join(HttpSession session, Request request) throws JoinRefusedException {
    Participation participation = session.participation();
    AccessToken token = request.token();
    String identity = token.identity().isEmpty() ? participation.id().value() : token.identity();
    participation.join(identity, token.name(), session::onEvent);
    switch (await(session)) {
      case RoomEvent.Refused refused -> {
        environment.countRefusal(refused.code());
        throw new JoinRefusedException(ErrorCode.of(refused.code()), refused.detail());
      }
      case RoomEvent.Waiting _ ->
          throw new JoinRefusedException(
              ErrorCode.WAITING_ROOM, "The room has a waiting room, and this client cannot wait.");
      default -> {
        // It is in.
      }
    }
  }

  private RoomEvent await(HttpSession session) throws JoinRefusedException {
    Duration limit = environment.limits().timeouts().join();
    Span waiting = tracer.spanBuilder(TraceAttributes.WAIT_FOR_ROOM).startSpan();
    try {
      return session.answer().get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new JoinRefusedException(ErrorCode.INTERNAL, "The room did not answer in time.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JoinRefusedException(ErrorCode.SHUTTING_DOWN, "The server is going down.");
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is only ever completed with an event", e);
    } finally {
      waiting.end();
    }
  }

  private static void requireUse(HttpRole role, Negotiation prepared) throws SdpException {
    boolean used = false;
    for (NegotiatedSection section : prepared.session().sections()) {
      used |=
          switch (role) {
            case PUBLISH -> section.incoming() != null;
            case PLAY -> section.slot() != null;
          };
    }
    if (!used) {
      throw new SdpException(
          switch (role) {
            case PUBLISH -> "The offer sends no audio or video that this server takes.";
            case PLAY -> "The offer has no m-line that receives audio or video.";
          });
    }
  }
}
