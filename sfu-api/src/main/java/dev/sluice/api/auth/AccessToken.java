package dev.sluice.api.auth;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.media.RoomId;

/**
 * What a verified token says of its bearer.
 *
 * @param identity who it is ({@code sub}), 1 to 128 characters
 * @param name for display, may be empty
 * @param room the room it is for, or {@link #ANY_ROOM}
 * @param grants what its bearer may do there
 * @param publishing what its bearer may publish there; nothing if and only if {@code grants} says
 *     so
 * @param admin whether its bearer may look into the room, close it and remove others
 */
public record AccessToken(
    String identity,
    String name,
    String room,
    Grants grants,
    PublishGrant publishing,
    boolean admin) {
  /** A token for every room. */
  public static final String ANY_ROOM = "*";

  public AccessToken {
    if (grants.publish() == publishing.isNone()) {
      throw new IllegalArgumentException("whether to publish and what to publish contradict");
    }
  }

  /** One that publishes everything or nothing. */
  public AccessToken(String identity, String name, String room, Grants grants, boolean admin) {
    this(identity, name, room, grants, PublishGrant.of(grants.publish()), admin);
  }

  /** The same, and it does not make its bearer an administrator. */
  public AccessToken(String identity, String name, String room, Grants grants) {
    this(identity, name, room, grants, false);
  }

  /** Whether it is for this room. */
  public boolean admitsTo(RoomId wanted) {
    return isForAnyRoom() || room.equals(wanted.value());
  }

  /** Whether it is for every room. */
  public boolean isForAnyRoom() {
    return room.equals(ANY_ROOM);
  }
}
