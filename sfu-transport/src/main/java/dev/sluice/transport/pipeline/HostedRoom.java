package dev.sluice.transport.pipeline;

import dev.sluice.core.control.RoomEventListener;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.room.Room;
import java.util.LinkedHashMap;
import java.util.Map;

/** A room on its worker, and what the worker remembers of it. Owner: the worker. */
final class HostedRoom {
  /** Not in the {@link RoomSchedule}. */
  static final int NOWHERE = -1;

  final Room room;

  /** Who has been told that it is in. */
  final Map<ParticipantId, RoomEventListener> members = new LinkedHashMap<>();

  /** When it wants to run, as the schedule has it. */
  long deadlineNanos;

  /** Where the schedule has it, or {@link #NOWHERE}. */
  int place = NOWHERE;

  /** Something was done to it in this turn. */
  boolean touched;

  /** It holds packets until a later turn, as of the end of its last one. */
  boolean holding;

  boolean ended;

  HostedRoom(Room room) {
    this.room = room;
  }
}
