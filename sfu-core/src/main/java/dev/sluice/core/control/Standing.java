package dev.sluice.core.control;

/**
 * How a participant stands in its room: what it may do, and what the others see of that. A value;
 * one replaces the other as a whole.
 *
 * @param grants what it may do
 * @param role what it is called, such as {@link #MODERATOR}; may be empty, at most 32 characters
 * @param metadata the application's own words on it, at most {@link #MAX_METADATA_CHARS}
 * @param handRaised it wants to say something
 * @param caps the most of its own, each 0 for that of the room
 */
public record Standing(
    Grants grants, String role, String metadata, boolean handRaised, ParticipantCaps caps) {
  /** The role that may moderate, and that neither a lock nor a waiting room keeps out. */
  public static final String MODERATOR = "moderator";

  /** The longest metadata of a participant, and of a room. */
  public static final int MAX_METADATA_CHARS = 4096;

  /** Someone with these grants and nothing else. */
  public static Standing of(Grants grants) {
    return new Standing(grants, "", "", false, ParticipantCaps.NONE);
  }

  /** Whether it may moderate the room. */
  public boolean isModerator() {
    return role.equals(MODERATOR);
  }

  /** The same with the hand up or down. */
  public Standing withHand(boolean raised) {
    return new Standing(grants, role, metadata, raised, caps);
  }

  /** The same with other grants. */
  public Standing withGrants(Grants other) {
    return new Standing(other, role, metadata, handRaised, caps);
  }
}
