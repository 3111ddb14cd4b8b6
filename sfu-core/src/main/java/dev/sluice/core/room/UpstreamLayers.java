package dev.sluice.core.room;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.selection.LayerOption;
import dev.sluice.core.selection.LayerSelector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks publishers to leave out the simulcast layers that nobody receives, and for them again. A
 * layer goes when nobody has had need of it for {@link #HOLD_NANOS}; it comes back as soon as it is
 * chosen for a slot. Until its keyframe is there, the slot shows what is below it.
 *
 * <p>Only what comes is suspended: a layer that a browser stops by itself is left to the browser.
 * So of what is suspended it is known how large it is and what it costs, and the allocation goes on
 * to count with it. Owner: the room's worker.
 */
final class UpstreamLayers {
  /** A layer without which everyone has done for so long is not needed. */
  static final long HOLD_NANOS = 4_000_000_000L;

  /** The size of a tile is said a moment after it shows something; until then it is not known. */
  private static final long UNSAID_SIZE_NANOS = 300_000_000L;

  private final Map<ParticipantId, Participant> participants;
  private final Audience audience;
  private final UpstreamSuspension mode;

  UpstreamLayers(
      Map<ParticipantId, Participant> participants, Audience audience, UpstreamSuspension mode) {
    this.participants = participants;
    this.audience = audience;
    this.mode = mode;
  }

  /**
   * A slot is to show a stream, which may be suspended.
   *
   * @param sizeSaid whether it is known how large the slot is shown
   */
  void handleChoice(PublishedTrack track, IngressStream stream, boolean sizeSaid, long nowNanos) {
    stream.suspension().want(nowNanos);
    if (stream.suspension().suspended()
        && (stream.suspension().chosenForNanos(nowNanos) >= UNSAID_SIZE_NANOS || sizeSaid)) {
      stream.resume(nowNanos);
      keepLowest(track, nowNanos);
      tell(track);
    }
  }

  /** Looks at all that is published. Plans have just been made. */
  void update(long nowNanos) {
    if (mode == UpstreamSuspension.OFF) {
      return;
    }
    for (Participant subscriber : participants.values()) {
      subscriber.downlink().noteWanted(subscriber, nowNanos);
    }
    for (Participant publisher : participants.values()) {
      for (PublishedTrack track : publisher.tracks().values()) {
        if (track.section().kind() == MediaKind.VIDEO && canBeAddressed(track)) {
          review(track, nowNanos);
        }
      }
    }
  }

  /** Streams that were signalled one by one have no names by which they could be asked for. */
  private static boolean canBeAddressed(PublishedTrack track) {
    for (IngressStream stream : track.streams()) {
      if (stream.rid().isEmpty() && track.streams().size() > 1) {
        return false;
      }
    }
    return !track.streams().isEmpty();
  }

  private void review(PublishedTrack track, long nowNanos) {
    boolean needed = mode == UpstreamSuspension.LAYERS;
    for (IngressStream stream : track.streams()) {
      needed |= stream.suspension().unwantedForNanos(nowNanos) < HOLD_NANOS;
    }
    IngressStream lowest = needed ? keepLowest(track, nowNanos) : null;
    for (IngressStream stream : track.streams()) {
      boolean unwanted = stream.suspension().unwantedForNanos(nowNanos) >= HOLD_NANOS;
      if (stream.suspension().suspended()) {
        if (stream.suspension().unwantedForNanos(nowNanos) > 0) {
          stream.suspension().forgetChoice();
        }
      } else if (unwanted && stream != lowest && comesForLong(stream, nowNanos)) {
        stream.suspend(nowNanos);
      } else if (!stream.suspension().resuming(nowNanos)) {
        stream.endSuspension();
      }
    }
    tell(track);
  }

  /** One that has just come again has no place among the others yet, and may be the lowest. */
  private static boolean comesForLong(IngressStream stream, long nowNanos) {
    return stream.alive(nowNanos) && !stream.resumedAfter(nowNanos - HOLD_NANOS);
  }

  /** The smallest picture comes as long as anyone may need the track. */
  private @Nullable IngressStream keepLowest(PublishedTrack track, long nowNanos) {
    List<LayerOption> ladder = LayerSelector.ladder(track.streams(), SlotLimits.NONE, nowNanos);
    if (ladder.isEmpty()) {
      return null;
    }
    IngressStream lowest = ladder.getFirst().target().stream();
    if (lowest.suspension().suspended()) {
      lowest.resume(nowNanos);
    }
    return lowest;
  }

  private void tell(PublishedTrack track) {
    Set<String> suspended = new LinkedHashSet<>();
    List<String> wanted = new ArrayList<>(ridsOf(track));
    for (IngressStream stream : track.streams()) {
      if (stream.suspension().suspended()) {
        suspended.add(stream.rid());
      }
    }
    wanted.removeAll(suspended);
    Participant publisher = participants.get(track.participant());
    if (publisher != null && track.setSuspendedRids(suspended)) {
      audience.tell(publisher, new RoomEvent.LayersWanted(track.id(), wanted));
    }
  }

  private static List<String> ridsOf(PublishedTrack track) {
    NegotiatedSection.Incoming incoming = track.section().incoming();
    return incoming == null || incoming.rids().isEmpty() ? List.of("") : incoming.rids();
  }
}
