package dev.sluice.core.control;

/** What became of an update that was meant for a certain state. */
public enum UpdateResult {
  /** It is in force. */
  DONE,
  /** Somebody else was faster; nothing has changed. */
  CHANGED_MEANWHILE,
  /** There is no such room or participant. */
  UNKNOWN
}
