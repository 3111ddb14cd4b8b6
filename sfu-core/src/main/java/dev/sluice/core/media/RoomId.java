package dev.sluice.core.media;

/**
 * The name of a room, unique on a server.
 *
 * @param value at most 128 characters, not empty
 */
public record RoomId(String value) {
  public RoomId {
    if (value.isEmpty() || value.length() > 128) {
      throw new IllegalArgumentException("1 to 128 characters are needed, got " + value.length());
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
