package dev.sluice.api.auth;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.RoomId;

/**
 * What a verified token says of its bearer.
 *
 * @param identity who it is ({@code sub}), 1 to 128 characters
 * @param name for display, may be empty
 * @param room the room it is for, or {@link #ANY_ROOM}
 * @param standing what its bearer may do there, and how it presents itself
 * @param admin whether its bearer may administer the room by the REST API
 * @param capturesPayload whether, as an administrator, its bearer may capture what is said and
 *     shown
 * @param tokenId names the token itself ({@code jti}), so that it can be banned; may be empty
 */
public record AccessToken(
    String identity,
    String name,
    String room,
    Standing standing,
    boolean admin,
    boolean capturesPayload,
    String tokenId) {
  /** A token for every room. */
  public static final String ANY_ROOM = "*";

  /** One that publishes this, whatever the grants say of it. */
  public AccessToken(
      String identity,
      String name,
      String room,
      Grants grants,
      PublishGrant publishing,
      boolean admin) {
    this(identity, name, room, Standing.of(grants.withPublishing(publishing)), admin, false, "");
  }

  /** One with these grants and nothing else. */
  public AccessToken(String identity, String name, String room, Grants grants, boolean admin) {
    this(identity, name, room, Standing.of(grants), admin, false, "");
  }

  /** The same, and it does not make its bearer an administrator. */
  public AccessToken(String identity, String name, String room, Grants grants) {
    this(identity, name, room, grants, false);
  }

  /** What its bearer may do in the room. */
  public Grants grants() {
    return standing.grants();
  }

  /** What its bearer may publish there. */
  public PublishGrant publishing() {
    return standing.grants().publishing();
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
