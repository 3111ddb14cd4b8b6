package dev.sluice.core.room;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.ParticipantId;
import java.util.Map;

/**
 * Holds publishers to the bit rate that they may send: who sends more is told, and if that does not
 * help, loses the track that takes most of it until it unmutes that. The server cannot keep
 * datagrams from coming, but nobody gets them. Owner: the room's worker.
 */
final class UplinkCaps {
  private final Map<ParticipantId, Participant> participants;
  private final Audience audience;
  private final Publications publications;
  private final Subscriptions subscriptions;

  UplinkCaps(
      Map<ParticipantId, Participant> participants,
      Audience audience,
      Publications publications,
      Subscriptions subscriptions) {
    this.participants = participants;
    this.audience = audience;
    this.publications = publications;
    this.subscriptions = subscriptions;
  }

  /** Looks at all publishers. */
  void update(long nowNanos) {
    boolean dropped = false;
    for (Participant publisher : participants.values()) {
      long capBps = publisher.caps().publishBitrateBps();
      if (capBps == 0 || publisher.tracks().isEmpty()) {
        publisher.uplink().forget();
        continue;
      }
      switch (publisher.uplink().update(newBytes(publisher), capBps, nowNanos)) {
        case WITHIN -> {}
        case WARN -> warn(publisher, capBps);
        case DROP -> dropped |= drop(publisher);
      }
    }
    if (dropped) {
      subscriptions.updateAll(nowNanos);
    }
  }

  /** What it has sent since the last look, and others got. */
  private static long newBytes(Participant publisher) {
    long bytes = 0;
    for (PublishedTrack track : publisher.tracks().values()) {
      long more = track.takeBytes();
      bytes += track.silenced() ? 0 : more;
    }
    return bytes;
  }

  private void warn(Participant publisher, long capBps) {
    publisher.tracks().values().forEach(PublishedTrack::markBytes);
    audience.tell(
        publisher,
        new RoomEvent.PublishLimitExceeded(
            capBps, publisher.uplink().bitrateBps(), UplinkRate.GRACE_NANOS));
  }

  /** Drops what has taken most since the warning; false when there is nothing left. */
  private boolean drop(Participant publisher) {
    PublishedTrack largest = null;
    for (PublishedTrack track : publisher.tracks().values()) {
      if (!track.silenced()
          && (largest == null || track.bytesSinceMark() > largest.bytesSinceMark())) {
        largest = track;
      }
    }
    publisher.uplink().forget();
    if (largest != null) {
      publications.silence(publisher, largest);
    }
    return largest != null;
  }
}
