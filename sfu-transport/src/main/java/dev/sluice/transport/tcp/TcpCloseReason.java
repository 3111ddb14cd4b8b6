package dev.sluice.transport.tcp;

/** Why a connection was refused or has ended. Each is a counter. */
public enum TcpCloseReason {
  /** There are as many connections as there may be. */
  TOO_MANY,
  /** Its source address has as many connections as it may have. */
  TOO_MANY_OF_SOURCE,
  /** Nothing that proves who it is has come in time. */
  NO_CHECK,
  /** The first frame was something else than an authentic connectivity check. */
  NOT_A_CHECK,
  /** A frame was announced that is longer than any that Sluice handles. */
  FRAME_TOO_LONG,
  /** No frame has come for long. */
  IDLE,
  /** The peer whose connection it was is gone, or has more paths than it may have. */
  RELEASED,
  /** The client closed it, the network lost it, or the server ends. */
  LOST
}
