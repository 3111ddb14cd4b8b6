package dev.sluice.core.room;

import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.peer.PeerSession;

/**
 * A participant between two rooms: {@link Room#release} has let it go and {@link Room#arrive} has
 * not taken it in yet. Belongs to whoever holds it, and may go from thread to thread.
 */
public final class Traveller {
  private final Participant participant;

  Traveller(Participant participant) {
    this.participant = participant;
  }

  Participant participant() {
    return participant;
  }

  public ParticipantId id() {
    return participant.id();
  }

  /** Its peer connection's media side. */
  public PeerSession peer() {
    return participant.peer();
  }

  /** Who is told what becomes of it. */
  public RoomEventListener listener() {
    return participant.listener();
  }
}
