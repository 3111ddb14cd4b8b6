package dev.sluice.transport.pipeline;

import dev.sluice.core.control.RefusalCode;
import dev.sluice.core.control.RoomEvent;

/** Events that are said before there is a room to say them. */
final class WorkerEvents {
  static final RoomEvent.Refused TOO_MANY_ROOMS =
      new RoomEvent.Refused(
          RefusalCode.TOO_MANY_ROOMS, "The server has as many rooms as it may have.");
  static final RoomEvent.Refused OVERLOADED =
      new RoomEvent.Refused(
          RefusalCode.OVERLOADED, "The server serves as many as it can; try again later.");
  static final RoomEvent.Refused SHUTTING_DOWN =
      new RoomEvent.Refused(RefusalCode.SHUTTING_DOWN, "The server is going down.");

  private WorkerEvents() {}
}
