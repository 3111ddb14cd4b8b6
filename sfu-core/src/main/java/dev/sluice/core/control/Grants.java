package dev.sluice.core.control;

/**
 * What a participant may do in its room.
 *
 * @param publishing the media that it may send
 * @param subscribe may receive media
 * @param hidden is not shown to the others (a recorder, a WHEP viewer)
 * @param data may send data messages
 */
public record Grants(PublishGrant publishing, boolean subscribe, boolean hidden, boolean data) {
  /** Publish, subscribe and send data, visible. */
  public static final Grants ALL = new Grants(true, true, false);

  /** Publishes everything or nothing; may send data. */
  public Grants(boolean publish, boolean subscribe, boolean hidden) {
    this(PublishGrant.of(publish), subscribe, hidden, true);
  }

  /** Whether any media may be sent. */
  public boolean publish() {
    return !publishing.isNone();
  }

  /** The same with other media to send. */
  public Grants withPublishing(PublishGrant other) {
    return new Grants(other, subscribe, hidden, data);
  }
}
