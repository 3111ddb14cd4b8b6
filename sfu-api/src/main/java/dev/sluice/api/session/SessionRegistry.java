package dev.sluice.api.session;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the server by id, those of WebSockets and those of WHIP and WHEP, under one
 * bound; and whether new ones are still taken. Safe for every thread.
 */
public final class SessionRegistry {
  private final int maxSessions;
  private final LimitHits hits;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ConcurrentHashMap<String, SignallingSession> signalling = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, HttpSession> http = new ConcurrentHashMap<>();

  /** An empty registry for so many. */
  public SessionRegistry(int maxSessions, LimitHits hits) {
    this.maxSessions = maxSessions;
    this.hits = hits;
  }

  /** How many participants signal over a WebSocket, those that may resume included. */
  public int signallingSessions() {
    return signalling.size();
  }

  /** How many publish by WHIP or play by WHEP. */
  public int httpSessions() {
    return http.size();
  }

  /** From now on nobody is let in. */
  void close() {
    closed.set(true);
  }

  /** Takes a new session in. */
  void add(SignallingSession session) throws JoinRefusedException {
    reserve();
    signalling.put(session.id(), session);
  }

  /** Takes a new session in. */
  void add(HttpSession session) throws JoinRefusedException {
    reserve();
    http.put(session.id(), session);
  }

  void remove(SignallingSession session) {
    if (signalling.remove(session.id(), session)) {
      count.decrementAndGet();
    }
  }

  /** Whether it was still there. */
  boolean remove(HttpSession session) {
    boolean removed = http.remove(session.id(), session);
    if (removed) {
      count.decrementAndGet();
    }
    return removed;
  }

  @Nullable SignallingSession signalling(String id) {
    return signalling.get(id);
  }

  @Nullable HttpSession http(String id) {
    return http.get(id);
  }

  Collection<SignallingSession> allSignalling() {
    return List.copyOf(signalling.values());
  }

  Collection<HttpSession> allHttp() {
    return List.copyOf(http.values());
  }

  private void reserve() throws JoinRefusedException {
    if (closed.get()) {
      throw new JoinRefusedException(ErrorCode.SHUTTING_DOWN, "The server is going down.");
    }
    if (count.incrementAndGet() > maxSessions) {
      count.decrementAndGet();
      hits.count(Limit.SESSIONS);
      throw new JoinRefusedException(
          ErrorCode.TOO_MANY_ROOMS, "The server has as many sessions as it may have.");
    }
  }
}
