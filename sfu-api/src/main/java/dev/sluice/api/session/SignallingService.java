package dev.sluice.api.session;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.Admission;
import dev.sluice.core.control.MoveOutcome;
import dev.sluice.core.control.PeerKey;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The signalling of the server: its sockets, the sessions behind them, and their end. Safe for
 * every thread.
 */
public final class SignallingService {
  private final SessionEnvironment environment;
  private final Admission admission;
  private final SessionRegistry registry;
  private final Tracer tracer;
  private final MessageCodec codec;
  private final Set<SignallingConnection> connections = ConcurrentHashMap.newKeySet();

  /** Signalling for those who are admitted, with a span for each message. */
  public SignallingService(
      SessionEnvironment environment,
      Admission admission,
      SessionRegistry registry,
      Tracer tracer) {
    this.environment = environment;
    this.admission = admission;
    this.registry = registry;
    this.tracer = tracer;
    this.codec = new MessageCodec(environment.limits());
  }

  /**
   * A new socket; null when there are too many already, or the server is going down: then it must
   * be closed.
   */
  public @Nullable SignallingConnection open(MessageChannel channel) {
    // As many again as there are sessions: those that wait to join, and old ones being replaced.
    if (connections.size() >= 2 * environment.limits().capacity().maxSessions()) {
      environment.hits().count(Limit.CONNECTIONS);
      return null;
    }
    SignallingConnection connection = new SignallingConnection(this, channel);
    connections.add(connection);
    return connection;
  }

  /**
   * Takes somebody to another room, with its peer connection, however it signals; see {@link
   * dev.sluice.core.control.SfuControl#move}. Its session, which commands for it, does so in turn.
   */
  public CompletionStage<MoveOutcome> move(PeerKey peer, RoomId target) {
    ParticipantId participant = peer.participant();
    for (SignallingSession session : registry.allSignalling()) {
      if (session.participant().equals(participant)) {
        CompletableFuture<MoveOutcome> answer = new CompletableFuture<>();
        session.post(new SessionInput.Move(target, answer));
        return answer;
      }
    }
    for (HttpSession session : registry.allHttp()) {
      if (session.participation().id().equals(participant)) {
        return session.move(target);
      }
    }
    return environment.control().move(peer, target);
  }

  /** How many sockets are open. */
  public int connections() {
    return connections.size();
  }

  /** Ends what has taken too long or does not read. To be called about once a second. */
  public void sweep(long nowNanos) {
    connections.forEach(connection -> connection.sweep(nowNanos));
    registry.allSignalling().forEach(session -> session.sweep(nowNanos));
  }

  /**
   * Lets nobody in any more, and tells everyone that the server is going down. Returns at once;
   * {@link #isIdle} says when all are gone.
   */
  public void shutdown() {
    registry.close();
    registry.allHttp().forEach(HttpSession::shutdown);
    registry
        .allSignalling()
        .forEach(session -> session.post(new SessionInput.End(null, SessionEnd.SERVER_SHUTDOWN)));
    List.copyOf(connections).stream()
        .filter(SignallingConnection::hasNoSession)
        .forEach(connection -> connection.end(SessionEnd.SERVER_SHUTDOWN));
  }

  /** Whether no socket and no session is left. */
  public boolean isIdle() {
    return connections.isEmpty() && registry.signallingSessions() == 0;
  }

  SessionEnvironment environment() {
    return environment;
  }

  Admission admission() {
    return admission;
  }

  SessionRegistry registry() {
    return registry;
  }

  Tracer tracer() {
    return tracer;
  }

  MessageCodec codec() {
    return codec;
  }

  long nowNanos() {
    return environment.nanoTime().getAsLong();
  }

  SignallingSession startSession(
      SignallingConnection connection,
      AccessToken token,
      ClientMessage.Join join,
      Exchange exchange)
      throws JoinRefusedException {
    SignallingSession session = new SignallingSession(this, connection, join.room(), token);
    registry.add(session);
    session.start(join.mostSlots(), exchange);
    return session;
  }

  @Nullable SignallingSession findSession(String id, String resumeToken) {
    SignallingSession session = registry.signalling(id);
    return session != null && session.isResumeToken(resumeToken) ? session : null;
  }

  void forget(SignallingConnection connection) {
    connections.remove(connection);
  }
}
