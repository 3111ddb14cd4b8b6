package dev.sluice.core.control;

/**
 * The rules of a room, which its owner enforces. A value.
 *
 * @param maxPublishers who may publish at a time; at least 1
 * @param sameIdentity what becomes of a second one with an identity
 * @param locked nobody but moderators comes in
 * @param waitingRoom all but moderators wait until they are admitted
 * @param encryptionRequired only tracks that are encrypted end to end are taken
 * @param caps of every participant that has none of its own
 */
public record RoomPolicy(
    int maxPublishers,
    SameIdentity sameIdentity,
    boolean locked,
    boolean waitingRoom,
    boolean encryptionRequired,
    ParticipantCaps caps) {
  /** Everyone comes in and publishes. */
  public static final RoomPolicy OPEN =
      new RoomPolicy(
          Integer.MAX_VALUE, SameIdentity.ALLOW, false, false, false, ParticipantCaps.NONE);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when nobody could publish
   */
  public RoomPolicy {
    if (maxPublishers < 1) {
      throw new IllegalArgumentException("someone may publish");
    }
  }

  /** The same, locked or not. */
  public RoomPolicy withLock(boolean lock) {
    return new RoomPolicy(maxPublishers, sameIdentity, lock, waitingRoom, encryptionRequired, caps);
  }
}
