package dev.sluice.api.webhook;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomObserver;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Numbers what happens in each room, on the media workers, and leaves it in a queue. When that is
 * full, because the disk does not keep up, what happens is lost, counted, and seen by receivers as
 * a gap in the numbers.
 */
final class RoomJournal implements RoomObserver {
  private final BlockingQueue<OutboxEntry> queue;
  private final InstantSource clock;
  private final String run;
  private final Map<RoomId, Session> sessions = new ConcurrentHashMap<>();
  private final AtomicLong sessionsStarted = new AtomicLong();
  private final LongAdder lost = new LongAdder();

  /** One room from its start to its end. Owner: the room's worker. */
  private static final class Session {
    private final String id;
    private final Map<ParticipantId, String> identities = new HashMap<>();
    private long seq;

    Session(String id) {
      this.id = id;
    }
  }

  /**
   * An empty journal.
   *
   * @param run names this run of the server, and so its sessions
   */
  RoomJournal(BlockingQueue<OutboxEntry> queue, InstantSource clock, String run) {
    this.queue = queue;
    this.clock = clock;
    this.run = run;
  }

  /** What found the queue full. */
  long lost() {
    return lost.sum();
  }

  @Override
  public void onStarted(RoomId room) {
    Session session = new Session(run + "-" + sessionsStarted.incrementAndGet());
    sessions.put(room, session);
    note(room, session, new Happening.Started());
  }

  @Override
  public void onChange(RoomId room, RoomEvent change) {
    Session session = sessions.get(room);
    if (session != null) {
      note(room, session, new Happening.Changed(change, identity(session, change)));
    }
  }

  @Override
  public void onEnded(RoomId room) {
    Session session = sessions.remove(room);
    if (session != null) {
      note(room, session, new Happening.Ended(Happening.EndReason.ENDED));
    }
  }

  private static @Nullable String identity(Session session, RoomEvent change) {
    return switch (change) {
      case RoomEvent.ParticipantJoined came -> {
        session.identities.put(came.participant().id(), came.participant().identity());
        yield null;
      }
      case RoomEvent.ParticipantLeft gone -> session.identities.remove(gone.participant());
      case RoomEvent.TrackPublished published ->
          session.identities.get(published.track().participant());
      default -> null;
    };
  }

  private void note(RoomId room, Session session, Happening.What what) {
    session.seq++;
    if (!queue.offer(new Happening(room.value(), session.id, session.seq, clock.millis(), what))) {
      lost.increment();
    }
  }
}
