package dev.sluice.core.media;

/**
 * A participant's identifier, made by the server, unique on it.
 *
 * @param value at most 128 characters, not empty
 */
public record ParticipantId(String value) {
  public ParticipantId {
    if (value.isEmpty() || value.length() > 128) {
      throw new IllegalArgumentException("1 to 128 characters are needed, got " + value.length());
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
