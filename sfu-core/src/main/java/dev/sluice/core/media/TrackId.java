package dev.sluice.core.media;

/**
 * A published track's identifier, unique in its room.
 *
 * @param value at most 128 characters, not empty
 */
public record TrackId(String value) {
  public TrackId {
    if (value.isEmpty() || value.length() > 128) {
      throw new IllegalArgumentException("1 to 128 characters are needed, got " + value.length());
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
