package dev.sluice.api.auth;

import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is kept out, and until when. In memory and bounded: when there are too many, the one that was
 * laid down first is lifted. Safe for every thread; looked up by subject, so that a join costs the
 * same however many there are.
 */
public final class Bans {
  /** The most at a time. */
  public static final int MAX_BANS = 10_000;

  private final InstantSource clock;
  private final Map<Long, Ban> byId = new TreeMap<>();
  private final Map<String, List<Ban>> bySubject = new HashMap<>();
  private long lastId;

  /** Nobody is banned yet. */
  public Bans(InstantSource clock) {
    this.clock = clock;
  }

  /** Keeps somebody out from now on. */
  public synchronized Ban add(Ban.Kind kind, String subject, String room, Duration length) {
    liftEnded();
    if (byId.size() >= MAX_BANS) {
      lift(byId.keySet().iterator().next());
    }
    Ban ban = new Ban(++lastId, kind, subject, room, clock.instant().plus(length));
    byId.put(ban.id(), ban);
    bySubject.computeIfAbsent(subject, _ -> new ArrayList<>()).add(ban);
    return ban;
  }

  /** Lifts a ban; whether it was in force in what this administrator may administer. */
  public synchronized boolean lift(long id, Administrator administrator) {
    Ban ban = byId.get(id);
    return ban != null && isFor(ban, administrator) && lift(id);
  }

  /** Those in force that an administrator may see, the oldest first. */
  public synchronized List<Ban> all(Administrator administrator) {
    liftEnded();
    return byId.values().stream().filter(ban -> isFor(ban, administrator)).toList();
  }

  /** Whether the bearer of a token is kept out of a room. */
  public synchronized boolean keepOut(RoomId room, AccessToken token) {
    return concernsAny(bySubject.get(token.identity()), room, token)
        || concernsAny(bySubject.get(token.tokenId()), room, token);
  }

  /** Whether an identity is kept out of a room, whatever token it bears. */
  public synchronized boolean keepOut(RoomId room, String identity) {
    Instant now = clock.instant();
    return bySubject.getOrDefault(identity, List.of()).stream()
        .anyMatch(
            ban ->
                ban.kind() == Ban.Kind.IDENTITY && ban.until().isAfter(now) && ban.isForRoom(room));
  }

  private boolean concernsAny(@Nullable List<Ban> bans, RoomId room, AccessToken token) {
    if (bans == null) {
      return false;
    }
    Instant now = clock.instant();
    return bans.stream().anyMatch(ban -> ban.until().isAfter(now) && ban.concerns(room, token));
  }

  private static boolean isFor(Ban ban, Administrator administrator) {
    return administrator.room().equals(AccessToken.ANY_ROOM)
        || administrator.room().equals(ban.room());
  }

  private void liftEnded() {
    Instant now = clock.instant();
    byId.values().stream()
        .filter(ban -> !ban.until().isAfter(now))
        .toList()
        .forEach(ban -> lift(ban.id()));
  }

  private boolean lift(long id) {
    Ban ban = byId.remove(id);
    if (ban == null) {
      return false;
    }
    bySubject.computeIfPresent(
        ban.subject(),
        (_, bans) -> {
          bans.remove(ban);
          return bans.isEmpty() ? null : bans;
        });
    return true;
  }
}
